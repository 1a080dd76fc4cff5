package web_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

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
		sent := make(chan struct{})
		store.do = func() {
			go func() {
				defer close(sent)
				if got := clerk.Post(draft.At(), append(append([]string{}, fields...), "do", "submit")...); got.StatusCode != http.StatusOK || !strings.Contains(got.Text, "陳核中") {
					t.Errorf("sent before read %d: status %d", read, got.StatusCode)
				}
			}()
			// A read that all others wait for, of the versions in use, is never overtaken: the
			// sending then waits for the check, and the check must not wait for the sending.
			select {
			case <-sent:
			case <-time.After(5 * time.Second):
			}
		}
		store.left.Store(read)
		got := clerk.Post(draft.At(), append(append([]string{}, fields...), "do", "check", "touched", "reason")...)
		if store.left.Swap(0) > 0 {
			break // the check was over before
		}
		<-sent
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

// between does something before one of the reads that follow.
type between struct {
	ismskit.Store
	left atomic.Int64
	do   func()
}

func (s *between) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if s.left.Load() > 0 && s.left.Add(-1) == 0 {
		s.do()
	}
	return s.Store.View(ctx, fn)
}
