package main

import (
	"os"
	"syscall"
)

// peak gives the most memory that a process had that has ended, in bytes.
func peak(p *os.ProcessState) int64 {
	usage, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return usage.Maxrss << 10 // getrusage(2): in kilobytes
}
