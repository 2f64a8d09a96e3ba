//go:build race

package main

// The race detector keeps a shadow of all memory.
func init() { shadowed = true }
