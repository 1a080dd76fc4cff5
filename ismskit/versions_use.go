package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	base    map[string]string // of types that the house decided on: the program's version behind it
}

// versionInUse is a row of register.Flows: which version new cases of a type begin with,
// because somebody in the house said so.
type versionInUse struct {
	Type    string `json:"type"`
	Version string `json:"version"`
	Base    string `json:"base"` // the version of the program that it was made from, or is
	Digest  string `json:"digest"`
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

// decided says whether the house itself decided which version of a type is in use, and on
// which of the program's it rests.
func (ks *kinds) decided(key string) (base string, yes bool) {
	ks.mu.RLock()
	defer ks.mu.RUnlock()
	base, yes = ks.house.base[key]
	return base, yes
}

// freshenTypes looks whether another version of a type has come into use, unless that was
// done just now. A change of its own a server sees at once, another server's after
// typesFresh: until then a case may still begin with the version before, which is noted
// on it. In a host's own transaction what was known before is taken: what that
// transaction has written may yet be undone.
func (k *Kit) freshenTypes(ctx context.Context) error {
	if k.joined {
		return nil
	}
	ks := k.kinds
	if _, fresh := ks.known(); fresh {
		return nil
	}
	select {
	case ks.house.turn <- struct{}{}:
		defer func() { <-ks.house.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	known, fresh := ks.known()
	if fresh {
		return nil
	}
	begun := time.Now()
	stamp, rows, err := k.versionsDecided(ctx, known.stamp)
	if err != nil {
		return fmt.Errorf("ismskit: versions in use: %w", err)
	}
	if stamp != known.stamp {
		if err := k.putInUse(ctx, rows); err != nil {
			return fmt.Errorf("ismskit: versions in use: %w", err)
		}
	}
	ks.mu.Lock()
	defer ks.mu.Unlock()
	ks.house.stamp = stamp
	if ks.house.forgets == known.forgets { // else somebody committed while this was read
		ks.house.checked = begun
	}
	return nil
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
			v, err := readInUse(row)
			if err != nil {
				return err
			}
			rows = append(rows, v)
		}
		return nil
	})
	return stamp, rows, err
}

func readInUse(row register.Row) (versionInUse, error) {
	var v versionInUse
	if err := json.Unmarshal(row.Values, &v); err != nil {
		return v, fmt.Errorf("list %s, row %s: %w", row.List, row.ID, err)
	}
	return v, nil
}

// putInUse makes versions those that new cases begin with. A type that the program no
// longer brings stays away.
func (k *Kit) putInUse(ctx context.Context, rows []versionInUse) error {
	ks := k.kinds
	latest, base := map[string]*kind{}, map[string]string{}
	for key, brought := range ks.brought {
		latest[key] = brought
	}
	for _, row := range rows {
		if _, ok := ks.brought[row.Type]; !ok {
			continue
		}
		kind, err := ks.of(ctx, k.store, row.Type, row.Version)
		if err != nil {
			return err
		}
		latest[row.Type], base[row.Type] = kind, row.Base
		if !kind.Paper {
			continue
		}
		paper, err := kind.onPaper()
		if err != nil {
			return err
		}
		switch onPaper, err := ks.of(ctx, k.store, paper.Key, paper.Version); {
		case err == nil:
			latest[paper.Key] = onPaper
		case !errors.Is(err, ErrNotFound): // published before this program had its way of entering papers
			return err
		}
	}
	ks.mu.Lock()
	defer ks.mu.Unlock()
	ks.latest, ks.house.base = latest, base
	return nil
}
