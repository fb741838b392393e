/* Memory, locks and messages: what everything else stands on. */
#include <linux/fs.h>

struct task_struct *current_task;

void rcu_read_lock(void)
{
}

void rcu_read_unlock(void)
{
}

void spin_lock(spinlock_t *lock)
{
	while (lock->held)
		;
	lock->held = 1;
}

void spin_unlock(spinlock_t *lock)
{
	lock->held = 0;
}

static char arena[1 << 16];
static size_t arena_used;
static DEFINE_SPINLOCK(arena_lock);

void *kmalloc(size_t size, gfp_t flags)
{
	void *ptr = NULL;

	spin_lock(&arena_lock);
	if (arena_used + size <= sizeof(arena)) {
		ptr = arena + arena_used;
		arena_used += size;
	}
	spin_unlock(&arena_lock);
	return ptr;
}

void *kzalloc(size_t size, gfp_t flags)
{
	char *ptr = kmalloc(size, flags);
	size_t i;

	for (i = 0; ptr && i < size; i++)
		ptr[i] = 0;
	return ptr;
}

void kfree(const void *ptr)
{
	if (WARN_ON(!ptr))
		return;
}

int printk(const char *fmt, ...)
{
	return 0;
}

unsigned long copy_from_user(void *to, const void __user *from, unsigned long n)
{
	char *out = to;
	const char *in = from;

	while (n--)
		*out++ = *in++;
	return 0;
}
