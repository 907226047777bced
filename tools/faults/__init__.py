"""Every n-th allocation or system call of a program fails once: it must end in order."""
