/* What sockets of all families have in common. */
#include <net/sock.h>

static void sock_def_wakeup(struct sock *sk)
{
	sk->sk_socket->state = SS_CONNECTED;
}

static void sock_def_destruct(struct sock *sk)
{
	sk->sk_route = NULL;
}

struct sock *sk_alloc(int family, gfp_t priority, struct proto *prot)
{
	struct sock *sk = kzalloc(prot->obj_size, priority);

	if (sk) {
		sk->sk_family = family;
		sk->sk_prot = prot;
	}
	return sk;
}

void sk_free(struct sock *sk)
{
	if (sk->sk_destruct)
		sk->sk_destruct(sk);
	kfree(sk);
}

void sock_init_data(struct socket *sock, struct sock *sk)
{
	sk->sk_socket = sock;
	sk->sk_state_change = sock_def_wakeup;
	sk->sk_destruct = sock_def_destruct;
	sock->sk = sk;
}

static void sock_parcel_freed(struct parcel *parcel)
{
	parcel->sk = NULL;
}

void parcel_set_owner(struct parcel *parcel, struct sock *sk)
{
	parcel->sk = sk;
	parcel->destructor = sock_parcel_freed;
}
