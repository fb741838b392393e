"""What runs inside the Linux kernel for this system call, and why."""
