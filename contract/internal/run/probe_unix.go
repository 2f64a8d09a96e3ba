//go:build unix

package run

import "syscall"

// still reports whether nothing waits in an idle socket: neither bytes nor the
// connection's end. It does not wait.
func (l *line) still() bool {
	conn, ok := l.raw.(syscall.Conn)
	if !ok {
		return true // A pipe: what is sent waits for a reader.
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return false
	}
	still := false
	err = raw.Read(func(fd uintptr) bool {
		_, _, err := syscall.Recvfrom(int(fd), l.probe[:], syscall.MSG_PEEK) // The socket never blocks.
		still = err == syscall.EAGAIN || err == syscall.EWOULDBLOCK
		return true
	})
	return still && err == nil
}
