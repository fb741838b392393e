#ifndef _LINUX_COMPILER_H
#define _LINUX_COMPILER_H

#define __user
#define __rcu
#define __init		__attribute__((__section__(".init.text")))
#define __read_mostly	__attribute__((__section__(".data.read_mostly")))
#define __must_check	__attribute__((__warn_unused_result__))
#define __always_inline	inline __attribute__((__always_inline__))
#define asmlinkage

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)

#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, val)	(*(volatile __typeof__(x) *)&(x) = (val))

#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - __builtin_offsetof(type, member)))

#define ARRAY_SIZE(arr)	(sizeof(arr) / sizeof((arr)[0]))

#endif
