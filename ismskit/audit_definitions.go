package ismskit

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/register"
)

// definitionKinds are what is kept for ever: forms with their flows, and what deadlines are
// counted by.
var definitionKinds = []string{definitionType, definitionOffice, definitionCalendar, definitionLoaded}

// definitions holds what is published against what says how it was: a version that the house
// made against the list of versions in use, whose rows have trails, and one that the program
// brings against the program. Of any other there is only its own digest, as of the calendars.
func (a *audit) definitions(ctx context.Context) error {
	said, err := a.k.programDigests()
	if err != nil {
		return err
	}
	if err := a.houseDigests(ctx, said); err != nil {
		return err
	}
	for _, kind := range definitionKinds {
		var stored []Definition
		err := a.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Definitions().List(ctx, kind, "")
			stored = found
			return err
		})
		if err != nil {
			return err
		}
		for _, d := range stored {
			of := definitionName{d.Key, d.Version}
			if err := a.definition(ctx, kind, of, said[of]); err != nil {
				return err
			}
			if kind == definitionType {
				delete(said, of)
			}
		}
	}
	for _, of := range slices.SortedFunc(maps.Keys(said), definitionName.compare) {
		a.found(a.k.definitionFinding("definition_missing", definitionType, of))
	}
	return nil
}

type definitionName struct{ key, version string }

func (n definitionName) compare(other definitionName) int {
	return cmp.Or(cmp.Compare(n.key, other.key), compareVersions(n.version, other.version))
}

// definition looks at one as it is now.
func (a *audit) definition(ctx context.Context, kind string, of definitionName, said []string) error {
	var d Definition
	err := a.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Definitions().Get(ctx, kind, of.key, of.version)
		d = found
		return err
	})
	if errors.Is(err, ErrNotFound) { // just now
		a.found(a.k.definitionFinding("definition_missing", kind, of))
		return nil
	}
	if err != nil {
		return err
	}
	is := hexDigest(digestOf(d.Body))
	if is != hexDigest(d.Digest) || slices.ContainsFunc(said, func(digest string) bool { return digest != is }) {
		a.found(a.k.definitionFinding("definition_false", kind, of))
	}
	return nil
}

func hexDigest(d [32]byte) string { return hex.EncodeToString(d[:]) }

// programDigests are those of the types as the program brings them.
func (k *Kit) programDigests() (map[definitionName][]string, error) {
	out := map[definitionName][]string{}
	for _, t := range k.cfg.Types {
		all := []Type{t}
		if t.Paper {
			paper, err := t.onPaper()
			if err != nil {
				return nil, err
			}
			all = append(all, paper)
		}
		for _, t := range all {
			body, err := json.Marshal(t)
			if err != nil {
				return nil, err
			}
			out[definitionName{t.Key, t.Version}] = []string{hexDigest(digestOf(body))}
		}
	}
	return out, nil
}

// houseDigests adds those of the versions that the house has ever put into use: each change of
// the list says which version it was, and the digest of that.
func (a *audit) houseDigests(ctx context.Context, said map[definitionName][]string) error {
	var changes []register.Row
	err := a.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		rows, err := tx.Registers().Rows(ctx, register.Query{List: register.Flows})
		if err != nil {
			return err
		}
		changes = rows
		for _, row := range rows {
			history, err := tx.Registers().History(ctx, register.Flows, row.ID)
			if err != nil {
				return err
			}
			changes = append(changes, history...)
		}
		return nil
	})
	for _, row := range changes {
		used := readInUse(row)
		of := definitionName{used.Type, used.Version}
		if used.unread == nil && used.Digest != "" && !slices.Contains(said[of], used.Digest) {
			said[of] = append(said[of], used.Digest)
		}
	}
	return err
}

// definitionFinding names a version by what its form is called.
func (k *Kit) definitionFinding(code, kind string, of definitionName) evidence.Finding {
	name, chain := of.key, listChains+register.Flows+"/"+of.key
	if kind != definitionType {
		chain, code = "", "calendar_"+code
	} else if latest, ok := k.kinds.latestOf(of.key); ok {
		name = latest.Title.In(k.cfg.Lang)
	}
	return evidence.Finding{Code: code, Chain: chain, Params: map[string]string{"name": name, "version": of.version}}
}
