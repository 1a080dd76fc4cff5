package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/workflow"
)

// Barred refuses to begin a case of a type: this server can't go by the version that is in
// use. Running cases, and all other types, go on. errors.Is(err, ErrReadOnly) holds.
type Barred struct {
	Type, Version string
	// Problems are why, for people.
	Problems []FlowProblem
	// Cause is what the compilers or the store say of it, nil where they say nothing.
	Cause error
	// elsewhere: the version can't be made out at all, and what the program brings of the
	// type stands in its place, where nothing begins with it.
	elsewhere bool
	// ended: its form was abolished, on the day retired, which is zero where an earlier program kept
	// what is no day.
	ended   bool
	oral    bool
	retired calendar.Date
}

// Retired says that it is barred because its form was abolished: it is not filled in by hand either.
func (b *Barred) Retired() bool { return b.ended }

// Owed says that it is filled in all the same for what was approved by word of mouth before its form was abolished.
func (b *Barred) Owed() bool { return b.ended && b.oral }

// Error says it in English.
func (b *Barred) Error() string {
	return fmt.Sprintf("ismskit: no case of type %s can begin with version %s: %s", b.Type, b.Version, strings.Join(b.Texts("en"), " "))
}

// Texts are the reasons for people.
func (b *Barred) Texts(lang string) []string {
	out := make([]string, len(b.Problems))
	for i, p := range b.Problems {
		out[i] = p.Text.In(lang)
	}
	return out
}

// Unwrap makes it an ErrReadOnly. That a definition is not there does not make the form one that
// is not there.
func (b *Barred) Unwrap() []error {
	if !unread(b.Cause) {
		return []error{ErrReadOnly}
	}
	return []error{ErrReadOnly, b.Cause}
}

// unfit is why no case could begin with a version that is in use beside those of the other
// types: this server lacks what it was made with, nothing can check the certificates that it
// asks for, what it hides, or is hidden from it, would be shown, or its cases would be filed under
// what is no document.
func (k *Kit) unfit(kind *kind) []FlowProblem {
	out := k.unfitBeside(kind, k.kinds.inUse(), true)
	if kind.readOnly != nil {
		return out
	}
	return append(out, faultProblems(faultsIn(errors.Join(kind.checkFiledUnder())))...)
}

func (k *Kit) unfitBeside(kind *kind, beside map[string]*kind, asRow bool) []FlowProblem {
	if kind.readOnly != nil {
		return []FlowProblem{{Text: inEveryLanguage(kind.readOnly.versionText)}}
	}
	out := k.uncertified(kind)
	faults := checkHidden(kind, beside)
	if asRow {
		faults = append(faults, checkShown(kind, beside)...)
	}
	return append(out, faultProblems(faultsIn(errors.Join(faults...)))...)
}

// versionText is the reason for people who look at the version and not at a case.
func (r *ReadOnly) versionText(lang string) string {
	form := map[string]string{"version": r.Version}
	if form["lacks"] = r.lacks(lang); form["lacks"] == "" {
		return say(lang, "version.definition", form)
	}
	return say(lang, "version.lacks", form)
}

// barUnmade is the bar of a version that can't even be compiled to be read.
func (row versionInUse) barUnmade(cause error) *Barred {
	text := inEveryLanguage(func(lang string) string {
		if row.Version == "" {
			return say(lang, "version.unknown", nil)
		}
		return say(lang, "version.definition", map[string]string{"version": row.Version})
	})
	return &Barred{Type: row.Type, Version: row.Version, Problems: []FlowProblem{{Text: text}}, Cause: cause, elsewhere: true}
}

// barWhatIsUnfit adds to bars the types that are unfit by themselves, and those whose rows
// can't begin.
func (k *Kit) barWhatIsUnfit(latest map[string]*kind, bars map[string]*Barred) {
	for key, kind := range latest {
		if bars[key] != nil {
			continue
		}
		// What rows would show is held against the type that hides it: that one is kept from
		// being split into them.
		if problems := k.unfitBeside(kind, latest, false); len(problems) > 0 {
			bar := &Barred{Type: key, Version: kind.Version, Problems: problems}
			if kind.readOnly != nil {
				bar.Cause = kind.readOnly
			}
			bars[key] = bar
		}
	}
	themselves := maps.Clone(bars)
	for key, kind := range latest {
		if themselves[key] != nil {
			continue
		}
		var problems []FlowProblem
		for _, row := range rowTypes(kind, latest) {
			bar := themselves[row]
			if bar == nil {
				continue
			}
			title := latest[row].Title
			for _, p := range bar.Problems {
				problems = append(problems, FlowProblem{Text: inEveryLanguage(func(lang string) string {
					return say(lang, "version.rows", map[string]string{"type": title.In(lang), "why": p.Text.In(lang)})
				})})
			}
		}
		if len(problems) > 0 {
			bars[key] = &Barred{Type: key, Version: kind.Version, Problems: problems}
		}
	}
}

// rowTypes are the types that the rows of a type are of, and the rows of those, in the order
// of their keys.
func rowTypes(of *kind, latest map[string]*kind) []string {
	found := map[string]bool{}
	var gather func(*kind)
	gather = func(k *kind) {
		for _, split := range k.flow.Splits() {
			if row, ok := latest[split.Type]; ok && !found[split.Type] {
				found[split.Type] = true
				gather(row)
			}
		}
	}
	gather(of)
	return slices.Sorted(maps.Keys(found))
}

// logBarred says once for each version which types begin no new cases, and why.
func (k *Kit) logBarred(ctx context.Context, bars map[string]*Barred) {
	for _, key := range slices.Sorted(maps.Keys(bars)) {
		bar := bars[key]
		k.log.WarnContext(ctx, "type begins no new cases", "type", key, "version", bar.Version, "why", strings.Join(bar.Texts("en"), " "), "error", bar.Cause)
	}
}

// unmade is a version that this program can't make out: its flow as far as it can be read, to
// be looked at, and why nothing begins with it.
func (v Versions) unmade(ctx context.Context, about VersionedType, bar *Barred) (Design, error) {
	brought, err := v.brought(about.Key)
	if err != nil {
		return Design{}, err
	}
	var stored Definition
	err = v.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		d, err := tx.Definitions().Get(ctx, definitionType, about.Key, bar.Version)
		stored = d
		return err
	})
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Design{}, err
	}
	out := Design{Type: about, Version: bar.Version, Draft: about.Draft, Flow: storedFlow(stored), Rules: storedRules(stored), Form: brought.form, Problems: bar.Problems, unmade: bar}
	out.names, err = v.calls(ctx, brought, out.Flow, nil)
	return out, err
}

// storedFlow is the flow of a stored definition as far as this program can read it.
func storedFlow(d Definition) workflow.Flow {
	var t struct {
		Flow workflow.Flow `json:"flow"`
	}
	if json.Unmarshal(d.Body, &t) != nil {
		return workflow.Flow{} // a later program wrote it in another way
	}
	return t.Flow
}

// beginsHere refuses to send a draft that was begun with a version whose steps can't be signed
// here: as with a new case, nobody could decide it.
func (k *Kit) beginsHere(kind *kind) error {
	if problems := k.uncertified(kind); len(problems) > 0 {
		return &Barred{Type: kind.Key, Version: kind.Version, Problems: problems}
	}
	return nil
}
