package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/storage/storagetest/postgrestest"
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
	visit.moved()
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

// TestThreeServersSendEveryMailOnce: three work off one queue at the same time, for two
// weeks; every mail that is kept as sent has reached the mail server once, and nobody
// gets two in one morning.
func TestThreeServersSendEveryMailOnce(t *testing.T) {
	for name, database := range map[string]func(t *testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string { return postgrestest.Database(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			box := &postbox{}
			o := options{lang: "zh-TW", data: t.TempDir(), db: database(t), smtp: box.open(t), from: "isms@qinghai.example"}
			k, err := openKept(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := k.Close(); err != nil {
					t.Error(err)
				}
			}()
			var servers [3]*house
			for i := range servers {
				if servers[i], err = furnish(t.Context(), o, k, slog.New(slog.DiscardHandler)); err != nil {
					t.Fatal(err)
				}
			}
			for day := 1; day <= 14; day++ {
				until := servers[0].now()().AddDate(0, 0, day)
				var all sync.WaitGroup
				for _, h := range servers {
					all.Go(func() {
						if err := h.kit.RunUntil(t.Context(), until); err != nil {
							t.Error(err)
						}
					})
				}
				all.Wait()
			}
			holdOnce(t, k, box)
		})
	}
}

// holdOnce holds what the mail server got to what is kept as sent.
func holdOnce(t *testing.T, k *kept, box *postbox) {
	t.Helper()
	arrived := map[string]int{}
	for _, letter := range box.received() {
		head, _, _ := strings.Cut(letter, "\r\n\r\n")
		_, id, _ := strings.Cut(head, "Message-ID: ")
		id, _, _ = strings.Cut(id, "\r\n")
		arrived[id]++
	}
	for id, n := range arrived {
		if n > 1 {
			t.Errorf("%s arrived %d times", id, n)
		}
	}
	sent, mornings := 0, map[string]bool{}
	for q := (ismskit.MessageQuery{Limit: 500}); ; {
		var page []ismskit.Message
		err := k.store.View(t.Context(), func(ctx context.Context, tx ismskit.Tx) error {
			found, err := tx.Queue().Messages(ctx, q)
			page = found
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page {
			if !m.Sent.IsZero() && m.Mail != "" && m.Mail != m.ID {
				continue // it left within another
			}
			if !m.Sent.IsZero() {
				sent++
			}
			if m.Kind == ismskit.MessageMail {
				morning := m.Person + m.Created.In(office).Format(" 01-02")
				if mornings[morning] {
					t.Errorf("a second mail for %s", morning)
				}
				mornings[morning] = true
			}
		}
		if len(page) < q.Limit {
			break
		}
		q.After, q.AfterID = page[len(page)-1].Created, page[len(page)-1].ID
	}
	t.Logf("%d mails, %d of them of a morning", sent, len(mornings))
	if sent == 0 || len(mornings) == 0 || sent != len(arrived) {
		t.Errorf("%d mails are kept as sent, %d arrived", sent, len(arrived))
	}
}
