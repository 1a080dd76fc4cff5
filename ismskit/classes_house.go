package ismskit

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/register"
)

// classesFresh is how long a server believes what it knows of the scale before it looks at the list's
// stamp again.
const classesFresh = time.Second

// houseClasses is what a server knows of register.Classes. What it does not know yet of another
// server's changes opens nothing: the reading rule of a class never changes, and a class that it has
// not heard of is read by the named alone.
type houseClasses struct {
	turn chan struct{} // whoever holds it reads the store

	mu      sync.Mutex
	stamp   int64 // of the list, -1 as long as it was not read
	all     Classes
	checked time.Time // real time; zero: never, or a change of this server's own since
	forgets int
}

func newHouseClasses() *houseClasses {
	return &houseClasses{turn: make(chan struct{}, 1), stamp: -1, all: standardClasses}
}

func (h *houseClasses) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.checked = time.Time{}
	h.forgets++
}

func (h *houseClasses) known() (all Classes, stamp int64, forgets int, fresh bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.all, h.stamp, h.forgets, !h.checked.IsZero() && time.Since(h.checked) < classesFresh
}

// classes is the scale as it was known when the action or the list began; it asks nobody.
func (k *Kit) classes() Classes {
	all, _, _, _ := k.scale.known()
	return all
}

// classesNow is the scale as it is now. A change of its own a server sees at once, another server's
// after classesFresh. In a host's own transaction what was known before is taken: what that transaction
// has written may yet be undone.
func (k *Kit) classesNow(ctx context.Context) (Classes, error) {
	h := k.scale
	all, _, _, fresh := h.known()
	if fresh || k.joined {
		return all, nil
	}
	select {
	case h.turn <- struct{}{}:
		defer func() { <-h.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	all, stamp, forgets, fresh := h.known()
	if fresh {
		return all, nil
	}
	begun, known := time.Now(), stamp
	var rows []register.Row
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		rows = nil
		now, err := tx.Registers().Stamp(ctx, register.Classes)
		if err != nil || now == known {
			return err
		}
		found, err := tx.Registers().Rows(ctx, register.Query{List: register.Classes})
		stamp, rows = now, found
		return err
	})
	if err == nil && stamp != known {
		all, err = k.classesOf(rows)
	}
	if err != nil {
		return nil, fmt.Errorf("ismskit: classes of confidentiality: %w", err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stamp, h.all = stamp, all
	if h.forgets == forgets { // else somebody committed while this was read
		h.checked = begun
	}
	return all, nil
}

// startClasses puts those that the program brings on the list, where they are not there yet. Another
// server that starts at the same time may do it first.
func (k *Kit) startClasses(ctx context.Context, at time.Time) error {
	err := k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		stored, err := tx.Registers().Rows(ctx, register.Query{List: register.Classes})
		if err != nil {
			return err
		}
		has := map[string]bool{}
		for _, row := range stored {
			has[row.ID] = true
		}
		for _, class := range standardClasses {
			if has[class.ID] {
				continue
			}
			if err := k.startClass(ctx, tx, class, at); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, ErrConflict) {
		err = nil
	}
	k.scale.forget()
	if err == nil {
		_, err = k.classesNow(ctx)
	}
	return err
}

func (k *Kit) startClass(ctx context.Context, tx Tx, class Class, at time.Time) error {
	readers := readersNamed
	if class.Open {
		readers = readersHouse
	}
	row, err := k.lists.Apply(register.Row{}, register.Change{
		List: register.Classes, ID: class.ID, At: at, By: SystemPerson, Reason: say(k.cfg.Lang, "classes.brought", nil), Stock: true,
		Values: forms.Values{"name": class.Title["zh-TW"], "name_en": class.Title["en"], classPlace: class.Place, classReaders: readers},
		Check:  forms.CheckContext{Today: calendar.DateOf(at.In(k.location)), Location: k.location},
	})
	if err != nil {
		return err
	}
	return k.storeRow(ctx, tx, register.Row{}, row, rowChange{reason: row.Reason, by: k.systemSigner(), via: viaSystem, at: at, follows: true})
}

// Classes is the house's scale of confidentiality, from the lowest class up, retired ones among them.
// For everybody of the house.
func (l DocumentLists) Classes(ctx context.Context, actor Actor) (Classes, error) {
	l.k = l.k.once()
	if !actor.system {
		if _, err := l.k.person(ctx, actor.Person, l.k.moment()); err != nil {
			return nil, err
		}
	}
	return l.k.classesNow(ctx)
}
