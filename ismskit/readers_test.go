package ismskit_test

import (
	"errors"
	"io"
	"strings"
)

func reader(s string) io.Reader { return strings.NewReader(s) }

var errCut = errors.New("connection lost")

// cutOff is an upload whose connection is lost in the middle.
type cutOff struct{ left int }

func (c *cutOff) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, errCut
	}
	n := min(len(p), c.left)
	for i := range n {
		p[i] = 'x'
	}
	c.left -= n
	return n, nil
}

// endless never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'y'
	}
	return len(p), nil
}
