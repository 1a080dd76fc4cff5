package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/ismskit/ismskit/ismskit/register"
)

// typesFresh is how long a server believes what it knows of the versions in use before it
// looks at the list's stamp again.
const typesFresh = time.Second

// houseTypes is what a server knows of register.Flows.
type houseTypes struct {
	turn    chan struct{} // whoever holds it reads the store
	stamp   int64         // of the list, -1 as long as it was not read
	checked time.Time     // real time; zero: never, or a change of this server's own since
	forgets int
	rows    map[string]versionInUse // of types that the house decided on
	barred  map[string]*Barred      // of types with whose version in use no case can begin here
}

// versionInUse is a row of register.Flows: which version new cases of a type begin with,
// because somebody in the house said so.
type versionInUse struct {
	Type    string `json:"type"`
	Version string `json:"version"`
	Base    string `json:"base"` // the version of the program that it was made from, or is
	Digest  string `json:"digest"`
	unread  error  // a later program wrote the row in a way that this one can't read
}

func (ks *kinds) forget() {
	ks.mu.Lock()
	defer ks.mu.Unlock()
	ks.house.checked = time.Time{}
	ks.house.forgets++
}

// reread has the list read again although it is the same.
func (ks *kinds) reread() {
	ks.forget()
	ks.mu.Lock()
	defer ks.mu.Unlock()
	ks.house.stamp = -1
}

func (ks *kinds) known() (h houseTypes, fresh bool) {
	ks.mu.RLock()
	defer ks.mu.RUnlock()
	return ks.house, !ks.house.checked.IsZero() && time.Since(ks.house.checked) < typesFresh
}

// broughtBy is what the program brings of a type.
func (ks *kinds) broughtBy(key string) (*kind, bool) {
	k, ok := ks.brought[key]
	return k, ok
}

// decided says whether the house itself decided which version of a type is in use, which,
// and on which of the program's it rests.
func (ks *kinds) decided(key string) (row versionInUse, yes bool) {
	ks.mu.RLock()
	defer ks.mu.RUnlock()
	row, yes = ks.house.rows[key]
	return row, yes
}

// freshenTypes looks whether another version of a type has come into use, unless that was
// done just now. A change of its own a server sees at once, another server's after
// typesFresh: until then a case may still begin with the version before, which is noted
// on it. In a host's own transaction what was known before is taken: what that
// transaction has written may yet be undone. What people a version lacks that has come into
// use is looked at then, so that its page says so now and not tomorrow.
func (k *Kit) freshenTypes(ctx context.Context) error {
	changed, err := k.readTypes(ctx)
	if err == nil {
		k.checkTypes(ctx, changed)
	}
	return err
}

// readTypes does so without looking for people; changed are the types of which another
// version is in use now.
func (k *Kit) readTypes(ctx context.Context) (changed []string, err error) {
	if k.joined {
		return nil, nil
	}
	ks := k.kinds
	if _, fresh := ks.known(); fresh {
		return nil, nil
	}
	select {
	case ks.house.turn <- struct{}{}:
		defer func() { <-ks.house.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	known, fresh := ks.known()
	if fresh {
		return nil, nil
	}
	begun := time.Now()
	stamp, rows, err := k.versionsDecided(ctx, known.stamp)
	if err != nil {
		return nil, fmt.Errorf("ismskit: versions in use: %w", err)
	}
	if stamp != known.stamp {
		if changed, err = k.putInUse(ctx, rows); err != nil {
			return nil, fmt.Errorf("ismskit: versions in use: %w", err)
		}
	}
	ks.mu.Lock()
	defer ks.mu.Unlock()
	ks.house.stamp = stamp
	if ks.house.forgets == known.forgets { // else somebody committed while this was read
		ks.house.checked = begun
	}
	return changed, nil
}

// versionsDecided reads the list where its stamp is another than the one known.
func (k *Kit) versionsDecided(ctx context.Context, known int64) (stamp int64, rows []versionInUse, err error) {
	err = k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		rows = nil
		if stamp, err = tx.Registers().Stamp(ctx, register.Flows); err != nil || stamp == known {
			return err
		}
		stored, err := tx.Registers().Rows(ctx, register.Query{List: register.Flows})
		if err != nil {
			return err
		}
		for _, row := range stored {
			rows = append(rows, readInUse(row))
		}
		return nil
	})
	return stamp, rows, err
}

// readInUse reads a row of the list. One that can't be read is no reason to stop the types
// of the others: it says so of its own.
func readInUse(row register.Row) versionInUse {
	var v versionInUse
	if err := json.Unmarshal(row.Values, &v); err != nil {
		return versionInUse{Type: row.ID, unread: fmt.Errorf("list %s, row %s: %w", row.List, row.ID, err)}
	}
	return v
}

// putInUse makes versions those that new cases begin with. A type that the program no
// longer brings stays away. A version that this program can't make out is its type's own
// trouble: nothing begins with it, and the rest of the office runs on. Errors are the
// store's.
func (k *Kit) putInUse(ctx context.Context, rows []versionInUse) (changed []string, err error) {
	ks := k.kinds
	latest, decided, bars := maps.Clone(ks.brought), map[string]versionInUse{}, map[string]*Barred{}
	for _, row := range rows {
		brought, ok := ks.brought[row.Type]
		if !ok {
			continue
		}
		decided[row.Type] = row
		kind, bar, err := k.makeOut(ctx, row)
		if err != nil {
			return nil, err
		}
		var paper *Barred
		switch {
		case bar != nil:
			bars[row.Type] = bar
			if brought.Paper {
				paper = &Barred{Type: PaperKey(row.Type), Version: row.Version, Problems: bar.Problems, Cause: bar.Cause, elsewhere: true}
			}
		default:
			latest[row.Type] = kind
			if paper, err = k.putPaperInUse(ctx, kind, latest); err != nil {
				return nil, err
			}
		}
		if paper != nil {
			bars[paper.Type] = paper
		}
	}
	k.barWhatIsUnfit(latest, bars)
	k.logBarred(ctx, bars)
	ks.mu.Lock()
	defer ks.mu.Unlock()
	for _, key := range ks.keys {
		if latest[key] != ks.latest[key] {
			changed = append(changed, key)
		}
	}
	ks.latest, ks.house.rows, ks.house.barred = latest, decided, bars
	return changed, nil
}

// makeOut is the version that a row of the list names, or the bar of one that can't be made
// out here.
func (k *Kit) makeOut(ctx context.Context, row versionInUse) (*kind, *Barred, error) {
	if row.unread != nil {
		return nil, row.barUnmade(row.unread), nil
	}
	kind, err := k.kinds.of(ctx, k.store, row.Type, row.Version)
	if unread(err) || errors.Is(err, ErrNotFound) {
		return nil, row.barUnmade(err), nil
	}
	return kind, nil, err
}

// putPaperInUse puts beside a version the one by which its cases are entered that were signed
// on paper, or says why none can be.
func (k *Kit) putPaperInUse(ctx context.Context, kind *kind, latest map[string]*kind) (*Barred, error) {
	if !kind.Paper {
		return nil, nil
	}
	row := versionInUse{Type: PaperKey(kind.Key), Version: kind.Version}
	paper, err := kind.onPaper()
	if err != nil {
		return row.barUnmade(err), nil
	}
	row.Version = paper.Version
	// It is not there where the version was published before this program had its way of
	// entering papers: Start and Use write it.
	onPaper, bar, err := k.makeOut(ctx, row)
	if err == nil && bar == nil {
		latest[paper.Key] = onPaper
	}
	return bar, err
}
