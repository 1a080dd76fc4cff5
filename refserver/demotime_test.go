package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
)

// gated is a store whose writing waits at a gate, or fails.
type gated struct {
	ismskit.Store
	gate  atomic.Pointer[chan struct{}]
	wrong atomic.Pointer[error]
}

// Update implements ismskit.Store.
func (g *gated) Update(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if gate := g.gate.Load(); gate != nil {
		select {
		case <-*gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if wrong := g.wrong.Load(); wrong != nil {
		return *wrong
	}
	return g.Store.Update(ctx, fn)
}

// shut closes the gate; what it gives opens it again.
func (g *gated) shut() (open func()) {
	gate := make(chan struct{})
	g.gate.Store(&gate)
	return func() { g.gate.Store(nil); close(gate) }
}

// timeMachine is a demonstration behind a gate, with somebody signed in.
func timeMachine(t *testing.T) (*house, *gated, *visitor) {
	t.Helper()
	k, err := openFolder(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	store := &gated{Store: k.store}
	k.store = store
	h, err := furnish(t.Context(), options{lang: "zh-TW", data: t.TempDir()}, k, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(errors.Join(err, k.Close()))
	}
	t.Cleanup(func() {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	})
	server := httptest.NewServer(h.handler)
	t.Cleanup(server.Close)
	clerk := (&running{TB: t, url: server.URL}).visitor()
	if status := clerk.post("/login", url.Values{"login": {"qh150013"}, "password": {demoPassword}}); status != http.StatusOK {
		t.Fatalf("sign-in: %d", status)
	}
	return h, store, clerk
}

func (v *visitor) press(leap string) {
	v.Helper()
	if status := v.post(demoTimePath, url.Values{"leap": {leap}}); status != http.StatusOK {
		v.Fatalf("%s: status %d", leap, status)
	}
}

func says(t *testing.T, page string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(page, w) {
			t.Errorf("the page does not say %q:\n%s", w, page)
		}
	}
}

// While time is being moved the page says so and how far it is, and refreshes itself;
// whoever presses again looks at the same move; at the end the page says so.
func TestMovingTimeShowsHowFarItIs(t *testing.T) {
	h, store, clerk := timeMachine(t)
	if head, page := clerk.look(demoMovingPath); head.Get("Refresh") != "" || !strings.Contains(page, `value="demotime.year"`) {
		t.Error("before anything was moved, the page is not the one to move from")
	}
	began := h.clock.Now()
	open := store.shut()
	clerk.press("demotime.week")
	first := h.leaper.latest()
	for _, path := range []string{demoMovingPath, demoTimePath} {
		head, page := clerk.look(path)
		if head.Get("Refresh") == "" {
			t.Errorf("%s does not refresh itself", path)
		}
		says(t, page, "正在移動時間：已到 ", "（完成 ", "<progress", "本頁會自動更新")
	}
	_, english := clerk.look(demoMovingPath + "?lang=en")
	says(t, english, "Time is being moved: it has come to", "This page refreshes itself")
	clerk.look(demoMovingPath + "?lang=zh-TW")
	clerk.press("demotime.year")
	if h.leaper.latest() != first {
		t.Error("pressed twice, it moves twice")
	}
	open()
	says(t, clerk.moved(), "示範時間已移到 ", "期間到期的提醒與處理都已完成", `href="/">回首頁看待辦事項</a>`, `data-toast`)
	if moved := h.clock.Now().Sub(began).Hours() / 24; moved < 5 || moved > 20 {
		t.Errorf("moved by %.1f days, not by the week of the first press", moved)
	}
}

// What goes wrong on the way is told, with where time stands; another try goes on.
func TestMovingTimeTellsWhatWentWrong(t *testing.T) {
	h, store, clerk := timeMachine(t)
	full := errors.New("disk full")
	store.wrong.Store(&full)
	began := h.clock.Now()
	clerk.press("demotime.week")
	says(t, clerk.moved(), "移動時間時發生錯誤，未能移到 ", "示範時間停在 ", "問題編號：", `role="alert"`)
	if h.clock.Now().Sub(began) > 8*leapStep/2 {
		t.Errorf("time has moved to %v", h.clock.Now())
	}
	store.wrong.Store(nil)
	clerk.press("demotime.week")
	says(t, clerk.moved(), "示範時間已移到 ")
}

// A server that is being stopped ends the move after whole steps, and begins no other.
func TestMovingTimeEndsWithTheServer(t *testing.T) {
	h, store, clerk := timeMachine(t)
	open := store.shut()
	clerk.press("demotime.year")
	stopped := make(chan struct{})
	go func() { h.leaper.stop(t.Context()); close(stopped) }()
	open()
	<-stopped
	if l := h.leaper.latest(); l.underWay() || !h.clock.Now().Before(l.to) {
		t.Errorf("stopped, time stands at %v", h.clock.Now())
	}
	says(t, clerk.moved(), "系統正在停止，未移到 ")
	if status := clerk.post(demoTimePath, url.Values{"leap": {"demotime.week"}}); status != http.StatusServiceUnavailable {
		t.Errorf("moved while the server stops: status %d", status)
	}
	cut, cancel := context.WithCancel(t.Context())
	cancel()
	h.leaper.stop(cut) // once more changes nothing
}

// A day to move to that is none is told as everywhere else, and stays in its field.
func TestTimeMovesToNoDayThatIsNone(t *testing.T) {
	_, _, clerk := timeMachine(t)
	for day, why := range map[string]string{
		"116.2.30": "日期：曆上沒有這一天", "": "日期：請填寫日期，例如", "0116-01-05": "日期：年份超出可用的範圍",
		"115.1.5": "時間只能往後移", "130.1.5": "一次最多移動一年",
	} {
		status, page := clerk.sendsBody(demoTimePath, "application/x-www-form-urlencoded", "", strings.NewReader(url.Values{"day": {day}}.Encode()))
		if status != http.StatusUnprocessableEntity {
			t.Errorf("%q: status %d", day, status)
		}
		says(t, page, why, `value="`+day+`"`)
	}
}
