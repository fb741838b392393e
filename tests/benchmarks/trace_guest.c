/*
 * The first program of a kernel whose calls are traced: see trace_kernel.py.
 *
 * Plays what programs do with sockets of the families named in /families, three times
 * each: what is filled at the first use is filled then, and the third time is traced.
 * All that it says goes to port 0xe9, where the machine's debug console listens:
 *
 *   #KERNEL text          the kernel's own name
 *   #CALL family name variant ret N errno
 *                         one traced call; its function graph up to #END
 *   #FUNCTIONS            what the tracer can show, one a line, up to #END
 *   ! text                something went wrong
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/can.h>
#include <linux/genetlink.h>
#include <linux/if_alg.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/tipc.h>
#include <linux/vm_sockets.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#define TRACING "/sys/kernel/tracing/"
#define PAYLOAD 64
#define ROUNDS 3

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
	struct sockaddr_ll ll;
	struct sockaddr_nl nl;
	struct sockaddr_vm vm;
	struct sockaddr_can can;
	struct sockaddr_tipc tipc;
	struct sockaddr_alg alg;
};

struct family {
	const char *name;
	void (*play)(const struct family *family);
	int domain, type, protocol;
	int level, option;
	socklen_t size;
	enum { ECHO = 1, CONNECTS_LATER = 2 } flags;
};

static const char *playing;
static int is_traced, tracing_on;
static char text[8 << 20], out[4096], in[4096];
static union address address;
static socklen_t address_size;
static int port = 20000;

static void put(const char *bytes, size_t count)
{
	asm volatile("rep outsb"
		     : "+S"(bytes), "+c"(count)
		     : "d"((unsigned short)0xe9)
		     : "memory");
}

static void say(const char *format, ...)
{
	char line[1024];
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	put(line, length < (int)sizeof(line) ? length : (int)sizeof(line) - 1);
}

static void set(const char *file, const char *value)
{
	int fd = open(file, O_WRONLY | O_TRUNC);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		say("! %s: %s: %s\n", file, value, strerror(errno));
	close(fd);
}

static void show(const char *file)
{
	int fd = open(file, O_RDONLY);
	ssize_t count;

	while ((count = read(fd, text, sizeof(text))) > 0)
		put(text, count);
	close(fd);
}

static void begin(void)
{
	if (is_traced && write(tracing_on, "1", 1) < 0)
		say("! tracing is not on\n");
}

static long end(const char *name, const char *variant, long result)
{
	int error = result < 0 ? errno : 0;

	if (!is_traced)
		return result;
	if (write(tracing_on, "0", 1) < 0)
		say("! tracing is not off\n");
	say("#CALL %s %s %s ret %ld %d\n", playing, name, variant, result, error);
	show(TRACING "trace");
	say("#END\n");
	close(open(TRACING "trace", O_WRONLY | O_TRUNC));
	return result;
}

/* A call of the scenario. */
#define CALL(name, variant, call) (begin(), end(name, variant, (long)(call)))

/* One that belongs to the stage: it must succeed, and is not traced. */
static long need(long result, const char *what)
{
	if (result < 0)
		say("! %s: %s: %s\n", playing, what, strerror(errno));
	return result;
}
#define NEED(call) need((long)(call), #call)

static void settle(void)
{
	usleep(3000); /* what runs later has run */
}

static void drain(int fd)
{
	while (recv(fd, in, sizeof(in), MSG_DONTWAIT) > 0)
		;
}

static struct msghdr *message(struct iovec *part, char *bytes, size_t size,
			      union address *to)
{
	static struct msghdr header;

	*part = (struct iovec){ bytes, size };
	header = (struct msghdr){ .msg_iov = part, .msg_iovlen = 1 };
	if (to) {
		header.msg_name = to;
		header.msg_namelen = address_size;
	}
	return &header;
}

static void names_and_options(const struct family *family, int fd)
{
	union address name;
	socklen_t size = sizeof(name), length = sizeof(int);
	int value = 1;

	CALL("getsockname", "-", getsockname(fd, &name.any, &size));
	size = sizeof(name);
	CALL("getpeername", "-", getpeername(fd, &name.any, &size));
	CALL("setsockopt", "-",
	     setsockopt(fd, family->level, family->option, &value, length));
	CALL("getsockopt", "-",
	     getsockopt(fd, family->level, family->option, &value, &length));
	CALL("ioctl", "-", ioctl(fd, FIONREAD, &value));
}

static void sending(int fd, int peer, union address *to)
{
	struct sockaddr *any = to ? &to->any : NULL;
	socklen_t size = to ? address_size : 0;
	struct iovec part;
	struct mmsghdr many;

	CALL("sendto", "-", syscall(SYS_sendto, fd, out, PAYLOAD, 0, any, size));
	drain(peer);
	CALL("sendmsg", "-", sendmsg(fd, message(&part, out, PAYLOAD, to), 0));
	drain(peer);
	many.msg_hdr = *message(&part, out, PAYLOAD, to);
	CALL("sendmmsg", "-", sendmmsg(fd, &many, 1, 0));
	drain(peer);
	CALL("write", "-", write(fd, out, PAYLOAD));
	drain(peer);
	CALL("writev", "-", writev(fd, &part, 1));
	drain(peer);
}

static void arrive(int peer, union address *to)
{
	if (to)
		NEED(sendto(peer, out, PAYLOAD, 0, &to->any, address_size));
	else
		NEED(send(peer, out, PAYLOAD, 0));
	settle();
}

static void receiving(int fd, int peer, union address *to)
{
	union address from;
	socklen_t size = sizeof(from);
	struct iovec part;
	struct mmsghdr many;

	arrive(peer, to);
	CALL("recvfrom", "-", syscall(SYS_recvfrom, fd, in, sizeof(in), 0, 0, 0));
	arrive(peer, to);
	CALL("recvfrom", "address",
	     syscall(SYS_recvfrom, fd, in, sizeof(in), 0, &from, &size));
	arrive(peer, to);
	message(&part, in, sizeof(in), NULL);
	CALL("recvmsg", "-", recvmsg(fd, message(&part, in, sizeof(in), &from), 0));
	arrive(peer, to);
	many.msg_hdr = *message(&part, in, sizeof(in), NULL);
	CALL("recvmmsg", "-", recvmmsg(fd, &many, 1, 0, NULL));
	arrive(peer, to);
	CALL("read", "-", read(fd, in, sizeof(in)));
	arrive(peer, to);
	CALL("readv", "-", readv(fd, &part, 1));
}

static void waiting(int fd, int peer, union address *to)
{
	struct pollfd one = { fd, POLLIN, 0 };
	struct epoll_event event = { .events = EPOLLIN };
	struct timeval now = { 0, 0 };
	struct timespec at_once = { 0, 0 };
	fd_set set;

	arrive(peer, to);
	CALL("poll", "-", poll(&one, 1, 0));
	CALL("ppoll", "-", ppoll(&one, 1, NULL, NULL));
	FD_ZERO(&set);
	FD_SET(fd, &set);
	CALL("select", "-", syscall(SYS_select, fd + 1, &set, 0, 0, &now));
	CALL("pselect6", "-",
	     syscall(SYS_pselect6, fd + 1, &set, 0, 0, &at_once, 0));
	int queue = CALL("epoll_create1", "-", epoll_create1(0));
	CALL("epoll_ctl", "-", epoll_ctl(queue, EPOLL_CTL_ADD, fd, &event));
	CALL("epoll_wait", "-", epoll_wait(queue, &event, 1, 0));
	CALL("epoll_pwait", "-", epoll_pwait(queue, &event, 1, 0, NULL));
	drain(fd);
	CALL("epoll_wait", "nothing", epoll_wait(queue, &event, 1, 0));
	CALL("close", "epoll", close(queue));
}

static void between_files(int fd, int peer, union address *to)
{
	int ends[2];
	off_t offset = 0;
	int file = NEED(open("/file", O_RDONLY));

	CALL("pipe2", "-", pipe2(ends, 0));
	arrive(peer, to);
	CALL("splice", "-",
	     splice(fd, NULL, ends[1], NULL, PAYLOAD, SPLICE_F_NONBLOCK));
	close(ends[0]);
	close(ends[1]);
	drain(fd);
	CALL("sendfile", "-", sendfile(fd, file, &offset, PAYLOAD));
	close(file);
	settle();
	drain(peer);
}

/* What a descriptor can do that has somebody to talk to. */
static void talk(const struct family *family, int fd, int peer, union address *to)
{
	names_and_options(family, fd);
	sending(fd, peer, to);
	receiving(fd, peer, to);
	waiting(fd, peer, to);
	between_files(fd, peer, to);
	CALL("fcntl", "-", fcntl(fd, F_SETFL, O_NONBLOCK));
}

static void new_address(const struct family *family)
{
	memset(&address, 0, sizeof(address));
	address.any.sa_family = family->domain;
	address_size = family->size;
	port++;
	switch (family->domain) {
	case AF_INET:
		address.in.sin_port = htons(family->type == SOCK_RAW ? 0 : port);
		address.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		break;
	case AF_INET6:
		address.in6.sin6_port = htons(family->type == SOCK_RAW ? 0 : port);
		address.in6.sin6_addr = in6addr_loopback;
		break;
	case AF_UNIX:
		sprintf(address.un.sun_path, "/tmp/%d", port);
		break;
	case AF_VSOCK:
		address.vm.svm_cid = VMADDR_CID_LOCAL;
		address.vm.svm_port = port;
		break;
	case AF_TIPC:
		address.tipc.addrtype = TIPC_ADDR_NAMESEQ;
		address.tipc.scope = TIPC_NODE_SCOPE;
		address.tipc.addr.nameseq.type = 18888;
		address.tipc.addr.nameseq.lower = port;
		address.tipc.addr.nameseq.upper = port;
		break;
	}
}

static int new_socket(const struct family *family, const char *variant)
{
	return CALL("socket", variant,
		    socket(family->domain, family->type, family->protocol));
}

static void aim_at_service(const struct family *family)
{
	if (family->domain != AF_TIPC)
		return;
	address.tipc.addrtype = TIPC_ADDR_NAME;
	address.tipc.addr.name.name.type = 18888;
	address.tipc.addr.name.name.instance = port;
	address.tipc.addr.name.domain = 0;
}

static void play_stream(const struct family *family)
{
	new_address(family);
	int listener = new_socket(family, "-");
	CALL("bind", "-", bind(listener, &address.any, address_size));
	CALL("listen", "-", listen(listener, 8));
	aim_at_service(family);
	int client = new_socket(family, "client");
	if (family->flags & CONNECTS_LATER)
		fcntl(client, F_SETFL, O_NONBLOCK);
	CALL("connect", "-", connect(client, &address.any, address_size));
	settle();
	int served = CALL("accept4", "-", accept4(listener, NULL, NULL, 0));
	settle();
	fcntl(client, F_SETFL, 0);
	if (served < 0)
		return;
	talk(family, client, served, NULL);
	CALL("shutdown", "-", shutdown(client, SHUT_RDWR));
	settle();
	CALL("close", "-", close(client));
	settle();
	CALL("close", "served", close(served));
	settle();
	if (!(family->flags & CONNECTS_LATER)) {
		client = NEED(socket(family->domain, family->type, family->protocol));
		NEED(connect(client, &address.any, address_size));
		settle();
		served = CALL("accept", "-",
			      syscall(SYS_accept, listener, NULL, NULL));
		CALL("close", "connected", close(client));
		settle();
		close(served);
	}
	CALL("close", "listener", close(listener));
}

static void echo_request(const struct family *family)
{
	struct icmphdr *head = (struct icmphdr *)out;

	memset(out, 0, PAYLOAD);
	head->type = family->domain == AF_INET6 ? 128 : ICMP_ECHO;
	head->un.echo.id = htons(port);
}

static void play_datagrams(const struct family *family)
{
	new_address(family);
	if (family->flags & ECHO)
		echo_request(family);
	int fd = new_socket(family, "-");
	CALL("bind", "-", bind(fd, &address.any, address_size));
	CALL("sendto", "unconnected",
	     syscall(SYS_sendto, fd, out, PAYLOAD, 0, &address, address_size));
	settle();
	drain(fd);
	CALL("connect", "-", connect(fd, &address.any, address_size));
	talk(family, fd, fd, &address);
	CALL("shutdown", "-", shutdown(fd, SHUT_RDWR));
	CALL("close", "-", close(fd));
	settle();
}

static void play_pair(const struct family *family)
{
	int ends[2];

	CALL("socketpair", "-", socketpair(family->domain, family->type, 0, ends));
	CALL("sendto", "pair", syscall(SYS_sendto, ends[0], out, PAYLOAD, 0, 0, 0));
	CALL("recvfrom", "pair",
	     syscall(SYS_recvfrom, ends[1], in, sizeof(in), 0, 0, 0));
	CALL("close", "pair", close(ends[0]));
	close(ends[1]);
}

static void play_unix_streams(const struct family *family)
{
	play_stream(family);
	play_pair(family);
}

static void play_unix_datagrams(const struct family *family)
{
	play_datagrams(family);
	play_pair(family);
}

static void play_packets(const struct family *family)
{
	memset(&address, 0, sizeof(address));
	address.ll.sll_family = AF_PACKET;
	address.ll.sll_protocol = htons(ETH_P_ALL);
	address.ll.sll_ifindex = if_nametoindex("lo");
	address.ll.sll_halen = ETH_ALEN;
	address_size = family->size;
	memset(out, 0, PAYLOAD);
	out[12] = ETH_P_IP >> 8;
	int fd = new_socket(family, "-");
	CALL("bind", "-", bind(fd, &address.any, address_size));
	talk(family, fd, fd, &address);
	CALL("close", "-", close(fd));
}

static size_t route_request(struct nlmsghdr *head)
{
	struct ifinfomsg *body = NLMSG_DATA(head);

	head->nlmsg_type = RTM_GETLINK;
	body->ifi_index = 1;
	return NLMSG_LENGTH(sizeof(*body));
}

static size_t generic_request(struct nlmsghdr *head)
{
	static const char name[] = "nlctrl";
	struct genlmsghdr *body = NLMSG_DATA(head);
	struct nlattr *attribute = (struct nlattr *)(body + 1);

	head->nlmsg_type = GENL_ID_CTRL;
	body->cmd = CTRL_CMD_GETFAMILY;
	body->version = 1;
	attribute->nla_type = CTRL_ATTR_FAMILY_NAME;
	attribute->nla_len = NLA_HDRLEN + sizeof(name);
	strcpy((char *)(attribute + 1), name);
	return NLMSG_LENGTH(sizeof(*body)) + NLA_ALIGN(attribute->nla_len);
}

static void play_netlink(const struct family *family)
{
	struct nlmsghdr *head = (struct nlmsghdr *)out;
	struct pollfd one = { .events = POLLIN };
	struct iovec part;
	int fd = one.fd = new_socket(family, "-");

	memset(&address, 0, sizeof(address));
	address.nl.nl_family = AF_NETLINK;
	address_size = family->size;
	CALL("bind", "-", bind(fd, &address.any, address_size));
	CALL("connect", "-", connect(fd, &address.any, address_size));
	names_and_options(family, fd);
	memset(out, 0, sizeof(out));
	head->nlmsg_flags = NLM_F_REQUEST;
	head->nlmsg_len = family->protocol == NETLINK_ROUTE ? route_request(head) :
							      generic_request(head);
	size_t size = head->nlmsg_len;
	CALL("sendto", "-", syscall(SYS_sendto, fd, out, size, 0, 0, 0));
	CALL("recvfrom", "-", syscall(SYS_recvfrom, fd, in, sizeof(in), 0, 0, 0));
	CALL("sendmsg", "-", sendmsg(fd, message(&part, out, size, NULL), 0));
	CALL("recvmsg", "-", recvmsg(fd, message(&part, in, sizeof(in), NULL), 0));
	CALL("write", "-", write(fd, out, size));
	CALL("read", "-", read(fd, in, sizeof(in)));
	CALL("poll", "-", poll(&one, 1, 0));
	CALL("close", "-", close(fd));
}

static void play_hash(const struct family *family)
{
	memset(&address, 0, sizeof(address));
	address.alg.salg_family = AF_ALG;
	strcpy((char *)address.alg.salg_type, "hash");
	strcpy((char *)address.alg.salg_name, "sha256");
	int fd = new_socket(family, "-");
	CALL("bind", "-", bind(fd, &address.any, family->size));
	int work = CALL("accept4", "-", accept4(fd, NULL, NULL, 0));
	CALL("sendto", "-", syscall(SYS_sendto, work, out, PAYLOAD, 0, 0, 0));
	CALL("recvfrom", "-", syscall(SYS_recvfrom, work, in, PAYLOAD, 0, 0, 0));
	CALL("write", "-", write(work, out, PAYLOAD));
	CALL("read", "-", read(work, in, PAYLOAD));
	CALL("close", "work", close(work));
	CALL("close", "-", close(fd));
}

static void play_can(const struct family *family)
{
	struct can_frame frame = { .can_id = 1, .len = 1 };

	memset(&address, 0, sizeof(address));
	address.can.can_family = AF_CAN;
	address.can.can_ifindex = if_nametoindex("vcan0");
	int fd = new_socket(family, "-");
	CALL("bind", "-", bind(fd, &address.any, family->size));
	CALL("write", "-", write(fd, &frame, sizeof(frame)));
	drain(fd);
	CALL("sendto", "-", syscall(SYS_sendto, fd, &frame, sizeof(frame), 0, 0, 0));
	CALL("close", "-", close(fd));
}

#define SIZE(member) sizeof(((union address *)0)->member)

static const struct family families[] = {
	{ "tcp4", play_stream, AF_INET, SOCK_STREAM, 0, IPPROTO_TCP, TCP_NODELAY,
	  SIZE(in) },
	{ "tcp6", play_stream, AF_INET6, SOCK_STREAM, 0, IPPROTO_TCP, TCP_NODELAY,
	  SIZE(in6) },
	{ "udp4", play_datagrams, AF_INET, SOCK_DGRAM, 0, SOL_SOCKET, SO_RCVLOWAT,
	  SIZE(in) },
	{ "udp6", play_datagrams, AF_INET6, SOCK_DGRAM, 0, SOL_SOCKET, SO_RCVLOWAT,
	  SIZE(in6) },
	{ "ping", play_datagrams, AF_INET, SOCK_DGRAM, IPPROTO_ICMP, IPPROTO_IP,
	  IP_TTL, SIZE(in), ECHO },
	{ "raw4", play_datagrams, AF_INET, SOCK_RAW, IPPROTO_ICMP, IPPROTO_IP, IP_TTL,
	  SIZE(in), ECHO },
	{ "raw6", play_datagrams, AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, IPPROTO_IPV6,
	  IPV6_UNICAST_HOPS, SIZE(in6), ECHO },
	{ "unix-stream", play_unix_streams, AF_UNIX, SOCK_STREAM, 0, SOL_SOCKET,
	  SO_PASSCRED, SIZE(un) },
	{ "unix-seqpacket", play_unix_streams, AF_UNIX, SOCK_SEQPACKET, 0, SOL_SOCKET,
	  SO_PASSCRED, SIZE(un) },
	{ "unix-dgram", play_unix_datagrams, AF_UNIX, SOCK_DGRAM, 0, SOL_SOCKET,
	  SO_PASSCRED, SIZE(un) },
	{ "packet", play_packets, AF_PACKET, SOCK_RAW, 0, SOL_PACKET, PACKET_AUXDATA,
	  SIZE(ll) },
	{ "netlink-route", play_netlink, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE,
	  SOL_NETLINK, NETLINK_PKTINFO, SIZE(nl) },
	{ "netlink-generic", play_netlink, AF_NETLINK, SOCK_RAW, NETLINK_GENERIC,
	  SOL_NETLINK, NETLINK_PKTINFO, SIZE(nl) },
	{ "vsock", play_stream, AF_VSOCK, SOCK_STREAM, 0, AF_VSOCK,
	  SO_VM_SOCKETS_BUFFER_SIZE, SIZE(vm) },
	{ "sctp", play_stream, AF_INET, SOCK_STREAM, IPPROTO_SCTP, IPPROTO_SCTP, 3,
	  SIZE(in) },
	{ "mptcp", play_stream, AF_INET, SOCK_STREAM, IPPROTO_MPTCP, IPPROTO_TCP,
	  TCP_NODELAY, SIZE(in) },
	{ "tipc", play_stream, AF_TIPC, SOCK_STREAM, 0, SOL_TIPC, TIPC_IMPORTANCE,
	  SIZE(tipc), CONNECTS_LATER },
	{ "alg", play_hash, AF_ALG, SOCK_SEQPACKET, 0, 0, 0, SIZE(alg) },
	{ "can", play_can, AF_CAN, SOCK_RAW, CAN_RAW, 0, 0, SIZE(can) },
};

static void load_modules(void)
{
	char file[256];
	FILE *list = fopen("/modules", "r");

	while (list && fgets(file, sizeof(file), list)) {
		file[strcspn(file, "\n")] = 0;
		int fd = open(file, O_RDONLY);
		if (syscall(SYS_finit_module, fd, "", 0) < 0 && errno != EEXIST)
			say("! module %s: %s\n", file, strerror(errno));
		close(fd);
	}
}

static void bring_up_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	struct sockaddr_in *own = (struct sockaddr_in *)&request.ifr_addr;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	own->sin_family = AF_INET;
	own->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	NEED(ioctl(fd, SIOCSIFADDR, &request));
	NEED(ioctl(fd, SIOCGIFFLAGS, &request));
	request.ifr_flags |= IFF_UP;
	NEED(ioctl(fd, SIOCSIFFLAGS, &request));
	close(fd);
}

static struct rtattr *attribute(void *place, int type, const char *value, int size)
{
	struct rtattr *made = place;

	made->rta_type = type;
	made->rta_len = RTA_LENGTH(size);
	memcpy(RTA_DATA(made), value, size);
	return (struct rtattr *)((char *)place + RTA_SPACE(size));
}

static void make_can_device(void)
{
	char request[256] = { 0 }, kind[16] = { 0 };
	struct nlmsghdr *head = (struct nlmsghdr *)request;
	struct ifinfomsg *body = NLMSG_DATA(head);
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	head->nlmsg_type = RTM_NEWLINK;
	head->nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL;
	body->ifi_flags = body->ifi_change = IFF_UP;
	attribute(kind, IFLA_INFO_KIND, "vcan", 5);
	void *next = attribute(body + 1, IFLA_IFNAME, "vcan0", 6);
	next = attribute(next, IFLA_LINKINFO, kind, RTA_LENGTH(5));
	head->nlmsg_len = (char *)next - request;
	NEED(send(fd, request, head->nlmsg_len, 0));
	close(fd);
}

static void on_alarm(int number)
{
	(void)number; /* a call that waits comes back */
}

static void set_the_stage(void)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval each_second = { { 1, 0 }, { 1, 0 } };

	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/tmp", 0777);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sys", "/sys", "sysfs", 0, NULL);
	mount("tracing", "/sys/kernel/tracing", "tracefs", 0, NULL);
	mount("tmp", "/tmp", "tmpfs", 0, NULL);
	iopl(3);
	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &each_second, NULL);
	say("#KERNEL ");
	show("/proc/version");
	playing = "stage";
	load_modules();
	int file = open("/file", O_CREAT | O_WRONLY, 0644);
	NEED(write(file, out, sizeof(out)));
	close(file);
	bring_up_loopback();
	make_can_device();
	set("/proc/sys/net/ipv4/ping_group_range", "0 1000");
	usleep(2500000); /* addresses of IPv6 are checked for twins first */
}

static void set_the_tracer(void)
{
	static const char *const options[] = {
		"nofuncgraph-duration", "nofuncgraph-overhead", "nofuncgraph-cpu",
		"nofuncgraph-proc",	"nofuncgraph-abstime",	"funcgraph-tail",
		"nofuncgraph-irqs",
	};
	char pid[16];

	set(TRACING "current_tracer", "function_graph");
	set(TRACING "tracing_on", "0");
	set(TRACING "buffer_size_kb", "40000");
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		set(TRACING "trace_options", options[i]);
	sprintf(pid, "%d", getpid());
	set(TRACING "set_ftrace_pid", pid);
	close(open(TRACING "trace", O_WRONLY | O_TRUNC));
	tracing_on = open(TRACING "tracing_on", O_WRONLY);
}

static void play(const char *name)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
		if (strcmp(families[i].name, name))
			continue;
		playing = name;
		for (int round = 1; round <= ROUNDS; round++) {
			is_traced = round == ROUNDS;
			families[i].play(&families[i]);
		}
	}
}

int main(void)
{
	char name[64];

	set_the_stage();
	set_the_tracer();
	FILE *names = fopen("/families", "r");
	while (names && fgets(name, sizeof(name), names)) {
		name[strcspn(name, "\n")] = 0;
		play(name);
	}
	say("#FUNCTIONS\n");
	show(TRACING "available_filter_functions");
	say("#END\n");
	reboot(RB_POWER_OFF);
	return 1;
}
