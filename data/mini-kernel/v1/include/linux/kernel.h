#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <linux/types.h>

#define EBADF		9
#define EAGAIN		11
#define ENOMEM		12
#define EINVAL		22
#define ENFILE		23
#define ENOTSOCK	88
#define EPROTONOSUPPORT	93
#define ESOCKTNOSUPPORT	94
#define EOPNOTSUPP	95
#define EAFNOSUPPORT	97
#define ENETUNREACH	101

#define MAX_ERRNO	4095
#define IS_ERR_VALUE(x)	unlikely((unsigned long)(void *)(x) >= (unsigned long)-MAX_ERRNO)

static inline void *ERR_PTR(long error)
{
	return (void *)error;
}

static inline long PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

static inline bool IS_ERR(const void *ptr)
{
	return IS_ERR_VALUE((unsigned long)ptr);
}

#define rcu_dereference(p)		READ_ONCE(p)
#define rcu_dereference_raw(p)		READ_ONCE(p)
#define rcu_assign_pointer(p, v)	WRITE_ONCE(p, v)

void rcu_read_lock(void);
void rcu_read_unlock(void);

typedef struct {
	int held;
} spinlock_t;

#define DEFINE_SPINLOCK(name)	spinlock_t name = { 0 }

void spin_lock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);

void *kmalloc(size_t size, gfp_t flags);
void *kzalloc(size_t size, gfp_t flags);
void kfree(const void *ptr);

int printk(const char *fmt, ...);
#define pr_err(fmt, ...)	printk("<3>" fmt, ##__VA_ARGS__)
#define WARN_ON(condition) \
	({ int __bad = !!(condition); if (unlikely(__bad)) pr_err("bad\n"); __bad; })

typedef int (*initcall_t)(void);
#define __define_initcall(fn, id) \
	static initcall_t __initcall_##fn##id __attribute__((__used__)) = fn
#define core_initcall(fn)	__define_initcall(fn, 1)
#define fs_initcall(fn)		__define_initcall(fn, 5)
#define device_initcall(fn)	__define_initcall(fn, 6)

unsigned long copy_from_user(void *to, const void __user *from, unsigned long n);

#endif
