package web_test

import (
	"context"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// A form may be sent while a field of it is being checked. Whenever that is, the check
// never says that the case is not there.
func TestACheckThatTheSendingOvertakesFindsTheCaseAllTheSame(t *testing.T) {
	var store *between
	h := webtest.OpenHouseWith(t, func(c *ismskit.Config) {
		store = &between{Store: c.Store}
		c.Store = store
	})
	clerk := h.As(t, "P13")
	late := 0
	for read := int64(1); ; read++ {
		form := clerk.Get("/apply/account_request")
		draft := clerk.Post("/apply/account_request", form.With(append(webtest.OneLine(), "do", "save")...)...).Says(t, http.StatusOK)
		fields := draft.With(webtest.OneLine()...)
		store.do = func() {
			// In the server's goroutine, which no test may end.
			sent := clerk.Post(draft.At(), append(append([]string{}, fields...), "do", "submit")...)
			if sent.StatusCode != http.StatusOK || !strings.Contains(sent.Text, "陳核中") {
				t.Errorf("sending: status %d", sent.StatusCode)
			}
		}
		store.left.Store(read)
		got := clerk.Post(draft.At(), append(append([]string{}, fields...), "do", "check", "touched", "reason")...)
		if store.left.Swap(0) > 0 {
			break // the check was over before
		}
		switch got.StatusCode {
		case http.StatusOK:
		case http.StatusConflict:
			late++
		default:
			t.Fatalf("sent before read %d: status %d", read, got.StatusCode)
		}
	}
	if late == 0 {
		t.Error("no check was overtaken")
	}
}

// between does something before one of the reads that follow, but for those that one does for
// all, of the people, the calendar and the versions in use: what is done then would wait for that very read.
type between struct {
	ismskit.Store
	left atomic.Int64
	do   func()
}

func (s *between) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if s.left.Load() > 0 && !forAll() && s.left.Add(-1) == 0 {
		s.do()
	}
	return s.Store.View(ctx, fn)
}

// forAll says whether what others wait for meanwhile is read: Kit.freshen and what it consists of,
// and the state of the directory.
func forAll() bool {
	var at [64]uintptr
	frames := runtime.CallersFrames(at[:runtime.Callers(2, at[:])])
	for {
		frame, more := frames.Next()
		if strings.Contains(frame.Function, ".(*Kit).freshen") || strings.HasSuffix(frame.Function, ".(*Directory).current") {
			return true
		}
		if !more {
			return false
		}
	}
}
