//go:build unix

package run

import "syscall"

// quiet reports whether nothing came on an idle line: neither its end nor bytes
// that belong to no request. It does not wait.
func (l *line) quiet() bool {
	conn, ok := l.raw.(syscall.Conn)
	if !ok {
		return true // A pipe: what is sent waits for a reader.
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return false
	}
	quiet := false
	err = raw.Read(func(fd uintptr) bool {
		_, _, err := syscall.Recvfrom(int(fd), l.probe[:], syscall.MSG_PEEK) // The socket never blocks.
		quiet = err == syscall.EAGAIN || err == syscall.EWOULDBLOCK
		return true
	})
	return quiet && err == nil
}
