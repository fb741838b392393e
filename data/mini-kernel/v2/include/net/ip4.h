#ifndef _NET_IP4_H
#define _NET_IP4_H

#include <net/sock.h>
#include <linux/indirect_call_wrapper.h>

/* What a connection asks of the address family below it. */
struct conn_af_ops {
	int (*queue_xmit)(struct sock *sk, struct parcel *parcel);
	void (*send_check)(struct sock *sk, struct parcel *parcel);
	u16 header_len;
};

struct conn_sock {
	struct sock sk;
	const struct conn_af_ops *af_ops;
	u32 next_seq;
};

static inline struct conn_sock *conn_sk(const struct sock *sk)
{
	return (struct conn_sock *)sk;
}

void ip4_register_row(struct proto_row *row);
struct route_entry *ip4_route_out(struct sock *sk, __be32 daddr);
int ip4_queue_parcel(struct sock *sk, struct parcel *parcel);
int ip4_queue_checked(struct sock *sk, struct parcel *parcel);
int ip4_output(struct sock *sk, struct parcel *parcel);
int ip4_local_deliver(struct parcel *parcel);
int ip4_discard(struct sock *sk, struct parcel *parcel);

static inline struct route_entry *ip4_route_connect(struct sock *sk, __be32 daddr)
{
	if (!daddr)
		return ERR_PTR(-ENETUNREACH);
	return ip4_route_out(sk, daddr);
}

static inline int route_output(struct sock *sk, struct parcel *parcel)
{
	return INDIRECT_CALL_1(parcel_route(parcel)->output, ip4_output, sk, parcel);
}

int stm_sendmsg(struct sock *sk, struct msghdr *msg, size_t len);
int dgm_sendmsg(struct sock *sk, struct msghdr *msg, size_t len);
void sk_common_close(struct sock *sk, long timeout);

extern struct proto stm_prot;
extern struct proto dgm_prot;
extern struct proto bare_prot;

#endif
