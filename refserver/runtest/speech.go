package runtest

import (
	"bytes"
	"regexp"
	"sync"
)

var listening = regexp.MustCompile(`listening on (http://\S+)\n`)

// Speech is what a server prints.
type Speech struct {
	// Listening is sent the server's address once.
	Listening chan string

	mu   sync.Mutex
	text bytes.Buffer
	once sync.Once
}

// NewSpeech is of a server that has said nothing yet.
func NewSpeech() *Speech { return &Speech{Listening: make(chan string, 1)} }

// Write implements io.Writer.
func (s *Speech) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.text.Write(b)
	if m := listening.FindStringSubmatch(s.text.String()); m != nil {
		s.once.Do(func() { s.Listening <- m[1] })
	}
	return n, err
}

// String is all that it has said.
func (s *Speech) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}
