//go:build !unix

package run

// quiet would tell whether anything came on an idle line. Where sockets cannot
// be asked without waiting, an end is noticed by the next request, which is then
// sent again.
func (l *line) quiet() bool { return true }
