package main

import (
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// postbox is a mail server in this process that keeps what it gets.
type postbox struct {
	mu      sync.Mutex
	letters []string
}

func (p *postbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &delivery{box: p}, nil }

type delivery struct {
	box *postbox
	to  string
}

func (d *delivery) Mail(string, *smtp.MailOptions) error      { return nil }
func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error { d.to = to; return nil }
func (d *delivery) Reset()                                    {}
func (d *delivery) Logout() error                             { return nil }
func (d *delivery) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	d.box.mu.Lock()
	defer d.box.mu.Unlock()
	d.box.letters = append(d.box.letters, d.to+"\n"+string(b))
	return err
}

func (p *postbox) received() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.letters
}

func (p *postbox) open(t *testing.T) string {
	t.Helper()
	s := smtp.NewServer(p)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), <-done); err != nil && !errors.Is(err, smtp.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

// TestMailsLeave: the morning mails of a week reach the mail server, one a person
// and day, and none of the demonstration's three years before.
func TestMailsLeave(t *testing.T) {
	box := &postbox{}
	r := begun(t, "-data", t.TempDir(), "-smtp", box.open(t), "-from", "資安管理系統 <isms@qinghai.example>")
	if n := len(box.received()); n > 20 {
		t.Errorf("%d mails left at the first start", n)
	}
	visit := r.visitor()
	visit.post("/login", url.Values{"login": {"qh150013"}, "password": {demoPassword}})
	if status := visit.post("/demo/time", url.Values{"leap": {"demotime.week"}}); status != 200 {
		t.Fatalf("status %d", status)
	}
	letters := box.received()
	if len(letters) == 0 {
		t.Fatal("no mail has left in a week")
	}
	ids := map[string]bool{}
	for _, l := range letters {
		head, _, _ := strings.Cut(l, "\r\n\r\n")
		_, id, _ := strings.Cut(head, "Message-ID: ")
		id, _, _ = strings.Cut(id, "\r\n")
		if id == "" || ids[id] {
			t.Errorf("a mail twice, or without a number: %q", id)
		}
		ids[id] = true
	}
	if _, metrics := r.get("/metrics"); !strings.Contains(metrics, `ismskit_mails_total{outcome="sent"}`) {
		t.Error("mails are not counted")
	}
	r.end()
}
