package runtest

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

// Process is a server in a process of its own.
type Process struct {
	URL  string
	Said *Speech
	Done chan error // how it ended

	t   testing.TB
	cmd *exec.Cmd
}

// Start starts the command, which is a server, on a free port of this machine and waits
// until it listens. It doesn't outlive the test.
func Start(t testing.TB, cmd *exec.Cmd) *Process {
	t.Helper()
	p := &Process{Said: NewSpeech(), Done: make(chan error, 1), t: t, cmd: cmd}
	cmd.Stdout, cmd.Stderr = p.Said, os.Stderr
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	endWithUs(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.Done <- cmd.Wait() }()
	select {
	case p.URL = <-p.Said.Listening:
	case err := <-p.Done:
		t.Fatalf("it did not start: %v\n%s", err, p.Said)
	case <-time.After(2 * time.Minute):
		t.Fatalf("it does not answer:\n%s", p.Said)
	}
	return p
}

// Kill ends it with kill -9.
func (p *Process) Kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	<-p.Done
}

// Interrupt ends it as its operator does.
func (p *Process) Interrupt() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		p.t.Fatal(err)
	}
	if err := <-p.Done; err != nil {
		p.t.Errorf("stopped by its operator: %v", err)
	}
}
