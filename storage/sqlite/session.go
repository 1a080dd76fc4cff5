package sqlite

import (
	"context"

	"github.com/ismskit/ismskit/storage"
)

// session is one closure's view of a connection.
type session struct {
	k        *link
	writable bool
	changed  bool  // something may have been written
	failed   error // the first write that failed; sticks
	fatal    bool  // the whole transaction may have ended with it
}

var _ storage.Session = (*session)(nil)

func (s *session) Engine() storage.Engine { return s.k.engine }
func (s *session) Writable() bool         { return s.writable }

func (s *session) Write(ctx context.Context, st *storage.Statement, args ...any) error {
	if s.failed != nil {
		return s.failed
	}
	touched, err := s.k.exec(ctx, st, args...)
	if err == nil && touched == 0 && st.Otherwise != nil {
		st = st.Otherwise
		touched, err = s.k.exec(ctx, st, args...)
	}
	switch {
	case err != nil:
		s.failed, s.fatal = failure(err), fatal(err)
	case touched == 0 && st.None != nil:
		s.failed = st.None
	default:
		s.changed = true
	}
	return s.failed
}

func (s *session) Read(ctx context.Context, st *storage.Statement, args ...any) (storage.Rows, error) {
	if s.failed != nil {
		return nil, s.failed
	}
	rows, err := s.k.read(ctx, st, args...)
	return s.seen(rows, err)
}

func (s *session) ReadBuilt(ctx context.Context, query string) (storage.Rows, error) {
	if s.failed != nil {
		return nil, s.failed
	}
	rows, err := s.k.readBuilt(ctx, query)
	return s.seen(rows, err)
}

func (s *session) seen(rows storage.Rows, err error) (storage.Rows, error) {
	if err != nil {
		s.failed, s.fatal = failure(err), fatal(err)
		return nil, s.failed
	}
	return rows, nil
}
