package web_test

import (
	"context"
	"sync"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// asking is a store that counts what it is asked.
type asking struct {
	ismskit.Store
	mu      sync.Mutex
	asked   map[string]int
	refuses error // whatever is to be written
}

func (a *asking) ask(what string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked[what]++
}

// during counts what is asked while fn runs.
func (a *asking) during(fn func()) map[string]int {
	a.mu.Lock()
	a.asked = map[string]int{}
	a.mu.Unlock()
	fn()
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked
}

func (a *asking) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	a.ask("view")
	return a.Store.View(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, askingTx{tx, a}) })
}

func (a *asking) Update(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	if a.refuses != nil {
		return a.refuses
	}
	return a.Store.Update(ctx, fn)
}

type askingTx struct {
	ismskit.Tx
	a *asking
}

func (t askingTx) Cases() ismskit.Cases  { return askingCases{t.Tx.Cases(), t.a} }
func (t askingTx) Records() record.Store { return askingRecords{t.Tx.Records(), t.a} }

type askingCases struct {
	ismskit.Cases
	a *asking
}

func (c askingCases) Tasks(ctx context.Context, q ismskit.TaskQuery) ([]ismskit.TaskRow, error) {
	c.a.ask("tasks")
	return c.Cases.Tasks(ctx, q)
}

type askingRecords struct {
	record.Store
	a *asking
}

func (r askingRecords) ACLs(ctx context.Context) ([]record.ACL, error) {
	r.a.ask("rules")
	return r.Store.ACLs(ctx)
}

// A page asks for each thing once: a list of two hundred systems asks no more than a
// list of one, a look into the archive works out once what the reader may see, and the
// to-do list is read once and counted once.
func TestAPageAsksForEachThingOnce(t *testing.T) {
	store := &asking{asked: map[string]int{}}
	h := webtest.OpenHouseWith(t, func(cfg *ismskit.Config) {
		store.Store = cfg.Store
		cfg.Store = store
	})
	h.Apply(t)
	clerk, head := h.As(t, "P13"), h.As(t, "P12")
	// What is known of the house is looked at anew once a second: the least of a few tries is
	// what the page itself asks.
	least := func(get func()) int {
		n := store.during(get)["view"]
		for range 4 {
			n = min(n, store.during(get)["view"])
		}
		return n
	}
	all := least(func() { clerk.Get("/systems").Says(t, 200, "公文系統", "龔怡安") })
	one := least(func() { clerk.Get("/systems?q=公文系統").Says(t, 200, "公文系統") })
	if all > one {
		t.Errorf("all systems: %d questions, one system: %d", all, one)
	}
	if archive := store.during(func() { clerk.Get("/records").Says(t, 200) }); archive["rules"] != 1 {
		t.Errorf("what may be read is worked out %d times", archive["rules"])
	}
	if list := store.during(func() { head.Get("/").Says(t, 200, "調任收發窗口") }); list["tasks"] != 2 {
		t.Errorf("the tasks are read %d times", list["tasks"])
	}
}

// Somebody was faster, on a page that is about no case: it says so, and has what was typed.
func TestAConflictIsToldInPlainWords(t *testing.T) {
	store := &asking{asked: map[string]int{}}
	h := webtest.OpenHouseWith(t, func(cfg *ismskit.Config) {
		store.Store = cfg.Store
		cfg.Store = store
	})
	clerk := h.As(t, "P13")
	clerk.Get("/deputies").Says(t, 200)
	store.refuses = ismskit.ErrConflict
	clerk.Post("/deputies", "from", "115.11.24", "to", "115.11.25", "deputy_1", "P12").
		Says(t, 409, "已有其他人變更資料", `value="115.11.24"`).Not(t, "案件已有變動")
}
