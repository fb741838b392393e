#ifndef _LINUX_WORKQUEUE_H
#define _LINUX_WORKQUEUE_H

#include <linux/list.h>

struct work_struct {
	struct list_head entry;
	void (*func)(struct work_struct *work);
};

void prepare_work(struct work_struct *work);
void enqueue_work(struct work_struct *work);

#define INIT_WORK(_work, _func) \
	do { \
		prepare_work((_work)); \
		(_work)->func = (_func); \
	} while (0)

#endif
