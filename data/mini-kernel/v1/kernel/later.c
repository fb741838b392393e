#include <linux/workqueue.h>

static LIST_HEAD(pending_work);

struct sweeper {
	int n_swept;
	struct work_struct work;
};

void prepare_work(struct work_struct *work)
{
	work->func = 0;
}

void enqueue_work(struct work_struct *work)
{
	list_add(&work->entry, &pending_work);
}

void run_pending_work(void)
{
	struct work_struct *work;

	list_for_each_entry(work, &pending_work, entry)
		work->func(work);
}

static void sweep(struct work_struct *work)
{
	struct sweeper *sweeper = container_of(work, struct sweeper, work);

	sweeper->n_swept++;
}

void start_sweeper(struct sweeper *sweeper)
{
	INIT_WORK(&sweeper->work, sweep);
}

void kick_sweeper(struct sweeper *sweeper)
{
	enqueue_work(&sweeper->work);
}
