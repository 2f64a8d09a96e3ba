package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// benched runs the program with a description that is made for it, and prints how
// long that took and the most memory that it had, both also for a thousand
// operations: these grow with the description if they stay the same.
func benched(b *testing.B, command string, operations int, description []byte) {
	b.Helper()
	dir := b.TempDir()
	file, taken := filepath.Join(dir, "api.json"), filepath.Join(dir, "peak")
	if err := os.WriteFile(file, description, 0o600); err != nil {
		b.Fatal(err)
	}
	args := []string{taken, command, "--contract", file}
	switch command {
	case "lint":
		args = []string{taken, command, file}
	case "diff":
		other := filepath.Join(dir, "other.json")
		if err := os.WriteFile(other, bytes.ReplaceAll(description, []byte(`"medium"`), []byte(`"middle"`)), 0o600); err != nil {
			b.Fatal(err)
		}
		args = []string{taken, command, file, other, "--names=false"}
	case "generate":
		args = []string{taken, command, "go", file, "--package", "api", "--out", filepath.Join(dir, "api"), "--server", "std-http", "--client", "--enforce"}
	}
	var elapsed, cpu time.Duration
	n := 0
	for b.Loop() {
		cmd := exec.CommandContext(b.Context(), "measure", args...)
		cmd.Stdout, cmd.Stderr = io.Discard, os.Stderr
		begun := time.Now()
		if err := cmd.Run(); err != nil {
			b.Fatal(err)
		}
		elapsed += time.Since(begun)
		cpu += cmd.ProcessState.UserTime()
		n++
	}
	text, err := os.ReadFile(taken)
	if err != nil {
		b.Fatal(err)
	}
	memory, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		b.Fatal(err)
	}
	seconds := elapsed.Seconds() / float64(n)
	b.ReportMetric(seconds, "s")
	b.ReportMetric(cpu.Seconds()/float64(n), "cpu-s")
	b.ReportMetric(memory/1e6, "peak-MB")
	b.ReportMetric(float64(len(description))/1e6, "description-MB")
	b.ReportMetric(seconds*1000/float64(operations), "s/1000-operations")
}

// BenchmarkListLarge plans descriptions of ever more operations; want at most 3 s
// and 300 MB for 1,000.
func BenchmarkListLarge(b *testing.B) {
	for _, operations := range []int{250, 500, 1000} {
		b.Run(fmt.Sprintf("operations=%d", operations), func(b *testing.B) {
			benched(b, "list", operations, largeAPI(b, operations))
		})
	}
}

// BenchmarkListKnot plans schemas that all refer to each other; want at most 1 s
// for ten.
func BenchmarkListKnot(b *testing.B) {
	for _, schemas := range []int{5, 10} {
		b.Run(fmt.Sprintf("schemas=%d", schemas), func(b *testing.B) {
			benched(b, "list", schemas, knot(b, schemas))
		})
	}
}

// BenchmarkLintLarge loads large descriptions; want at most 3 s for 3 MB.
func BenchmarkLintLarge(b *testing.B) {
	for _, operations := range []int{1000, 4000} {
		b.Run(fmt.Sprintf("operations=%d", operations), func(b *testing.B) {
			benched(b, "lint", operations, largeAPI(b, operations))
		})
	}
}

// BenchmarkDiffLarge compares large descriptions of which every operation differs; want
// at most 30 s and 900 MB for 1,000 operations.
func BenchmarkDiffLarge(b *testing.B) {
	for _, operations := range large(100, 1000) {
		b.Run(fmt.Sprintf("operations=%d", operations), func(b *testing.B) {
			benched(b, "diff", operations, largeAPI(b, operations))
		})
	}
}

// megabytes3 is the number of operations of which the description has 3 MB.
const megabytes3 = 3280

// large adds the description of 3 MB to smaller ones, which takes minutes, but in short
// benchmarks.
func large(smaller ...int) []int {
	if testing.Short() {
		return smaller
	}
	return append(smaller, megabytes3)
}

// BenchmarkGenerateLarge makes types, client, server and enforcement of large
// descriptions.
func BenchmarkGenerateLarge(b *testing.B) {
	for _, operations := range large(1000) {
		b.Run(fmt.Sprintf("operations=%d", operations), func(b *testing.B) {
			benched(b, "generate", operations, largeAPI(b, operations))
		})
	}
}
