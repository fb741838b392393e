/* A module that refuses raw sockets. */
#include <linux/security.h>
#include <linux/kernel.h>
#include <linux/socket.h>

static int gate_socket_create(int family, int type, int protocol)
{
	if (type == SOCK_RAW)
		return -EINVAL;
	return 0;
}

static struct security_hook_list gate_hooks[] = {
	HOOK_INIT(socket_create, gate_socket_create),
};

static int __init gate_init(void)
{
	security_add_hooks(gate_hooks, ARRAY_SIZE(gate_hooks), "gate");
	return 0;
}
core_initcall(gate_init);
