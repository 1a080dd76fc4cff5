package ismskit

import (
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

// Audit holds the whole trail of this server, as it stands in the database now,
// against its log and against checkpoints that were learned earlier: every chain,
// every payload, every head that was ever written down. What was deleted, put into
// another order or written anew is in the report, with the case, and so are cases, rows of
// lists, documents and files that are not as their trails left them, or have none; a log that was made
// anew with the server's own key is found by the earlier checkpoints. Those who read
// everything, or look after the system.
func (e Evidence) Audit(ctx context.Context, actor Actor, o evidence.Options) (evidence.Report, error) {
	e.k = e.k.once()
	if err := e.mayAudit(ctx, actor); err != nil {
		return evidence.Report{}, err
	}
	a := &audit{k: e.k, heads: map[string][]evidence.Head{}, parts: map[string][]string{}, gone: map[string]bool{}, kids: map[string]calledKid{}}
	a.report.Made, a.report.Live = e.k.moment(), true
	if err := a.log(ctx, o); err != nil {
		return evidence.Report{}, err
	}
	return a.report, a.chains(ctx)
}

type audit struct {
	k      *Kit
	house  string                     // the key that has to have signed every checkpoint
	heads  map[string][]evidence.Head // in the log, by chain
	parts  map[string][]string        // who takes part in what is filed, by its record
	report evidence.Report
	called calledAs             // what is looked at
	there  map[string]bool      // the chains that there are, or were
	gone   map[string]bool      // those of cases whose row is not there
	kids   map[string]calledKid // what rows' cases are called, as their requests say, by their ids
}

// calledAs is what people call what a chain is of, beside a case's number.
type calledAs struct {
	row, turn int    // of its request, whose number it has
	name      string // of a document
}

func (a *audit) found(f evidence.Finding) {
	f.Live = true
	if f.Case != "" {
		f.Row, f.Turn = a.called.row, a.called.turn
	}
	if strings.HasPrefix(f.Chain, documentRecord("")) {
		f.Name = a.called.name
	}
	a.report.Findings = append(a.report.Findings, f)
}

// log checks the log itself.
func (a *audit) log(ctx context.Context, o evidence.Options) error {
	l, err := a.k.readLog(ctx)
	if err != nil {
		return err
	}
	a.chooseHouse(o, l)
	for _, f := range l.faults {
		a.found(findingOf(f, ""))
	}
	for _, leaf := range l.leaves {
		a.heads[leaf.Chain] = append(a.heads[leaf.Chain], leaf.Head)
	}
	for _, p := range l.points {
		if _, ok := a.point(p.Note, evidence.Finding{Chain: logChain, Seq: p.Number, File: "#" + strconv.FormatInt(p.Number, 10)}); !ok {
			continue
		}
		if root, err := l.tree.Root(p.Size); err != nil || root != p.Root {
			a.found(pointFinding("consistency_false", p.Checkpoint))
		}
		a.report.Checkpoints, a.report.Last = a.report.Checkpoints+1, p.Checkpoint
	}
	if len(o.Checkpoints) == 0 {
		a.report.Remarks = append(a.report.Remarks, evidence.Finding{Code: "no_earlier"})
	}
	for i, note := range o.Checkpoints {
		p, ok := a.point(note, evidence.Finding{Params: map[string]string{"n": strconv.Itoa(i + 1)}})
		if !ok {
			continue
		}
		switch root, err := l.tree.Root(p.Size); {
		case errors.Is(err, evidence.ErrLog):
			a.found(pointFinding("history_short", p))
		case err != nil || root != p.Root:
			a.found(pointFinding("history_rebuilt", p))
		default:
			a.report.Earlier = append(a.report.Earlier, p)
		}
	}
	return nil
}

// chooseHouse settles which key is the house's: of those that are trusted, or this
// server's own, the one that signed a checkpoint known before, else one of the log.
func (a *audit) chooseHouse(o evidence.Options, l fullLog) {
	candidates := o.Keys
	if a.k.cfg.Signer != nil {
		if len(candidates) == 0 {
			candidates = []string{a.k.cfg.Signer.Verifier()}
		}
		candidates = evidence.HouseKeys(a.k.origin(), candidates...)
	}
	if len(candidates) == 0 {
		return
	}
	a.house = candidates[0]
	notes := slices.Clone(o.Checkpoints)
	for _, p := range l.points {
		notes = append(notes, p.Note)
	}
search:
	for _, note := range notes {
		for _, key := range candidates {
			if _, err := evidence.OpenCheckpoint(note, key); err == nil {
				a.house = key
				break search
			}
		}
	}
	a.report.Key, a.report.Vouched = a.house, true
	a.report.Origin, _, _ = strings.Cut(a.house, "+")
}

// point opens a checkpoint that the house has signed.
func (a *audit) point(signed []byte, where evidence.Finding) (evidence.Checkpoint, bool) {
	p, err := evidence.OpenCheckpoint(signed, a.house)
	switch {
	case errors.Is(err, evidence.ErrCheckpoint):
		where.Code = "checkpoint_foreign"
	case err != nil:
		where.Code = "checkpoint_signature"
	default:
		return p, true
	}
	a.found(where)
	return evidence.Checkpoint{}, false
}

// chains checks every chain that is there, and every one that was.
func (a *audit) chains(ctx context.Context) error {
	names := map[string]bool{}
	for chain := range a.heads {
		names[chain] = true
	}
	err := a.k.eachHead(ctx, func(h evidence.Head) { names[h.Chain] = true })
	if err != nil {
		return err
	}
	delete(names, logChain)
	a.there = names
	for _, chain := range slices.Sorted(maps.Keys(names)) {
		if err := a.chain(ctx, chain); err != nil {
			return err
		}
	}
	a.callGone()
	if err := a.untold(ctx, names); err != nil {
		return err
	}
	if err := a.strangers(ctx); err != nil {
		return err
	}
	return a.definitions(ctx)
}

func (a *audit) chain(ctx context.Context, chain string) error {
	known := a.heads[chain]
	a.called = calledAs{}
	id, isCase := strings.CutPrefix(chain, chainOf(""))
	number := ""
	var rows []TrailEntry
	var err error
	if isCase {
		a.report.Cases++
		var row CaseRow
		if row, rows, err = a.ofCase(ctx, id); err != nil {
			return err
		}
		number = cmp.Or(numberTold(rows, row), id)
		if row.ID != "" {
			head := row.Head
			head.Chain = chain
			known = append(slices.Clip(known), head)
		}
	} else {
		a.report.Chains++
		if a.called.name, err = a.k.documentCalled(ctx, chain); err != nil {
			return err
		}
		var faults []evidence.Fault
		var bound bool
		if rows, faults, bound, err = a.k.chainAndRow(ctx, chain); err != nil {
			return err
		}
		if bound {
			a.report.Rows++
		}
		for _, f := range faults {
			a.found(findingOf(f, ""))
		}
	}
	a.report.Entries += len(rows)
	gone, err := a.k.payloadsGone(ctx, chain, rows)
	if err != nil {
		return err
	}
	for _, f := range gone {
		a.found(findingOf(f, number))
	}
	var told []evidence.Fault
	for _, f := range verifyStored(chain, rows, known...) {
		if !slices.Contains(told, f) { // the row and the log know the same head
			told = append(told, f)
			a.found(findingOf(f, number))
		}
	}
	return nil
}

// findingOf is a chain's fault in the words of a report.
func findingOf(f evidence.Fault, number string) evidence.Finding {
	code := "chain_" + f.Code
	if f.Code == evidence.HashFalse {
		code = f.Code
	}
	return evidence.Finding{Code: code, Case: number, Chain: f.Chain, Seq: f.Seq, To: f.To}
}

func pointFinding(code string, p evidence.Checkpoint) evidence.Finding {
	return evidence.Finding{Code: code, Params: map[string]string{
		"at": p.Time.UTC().Format(evidence.TimeLayout), "size": strconv.FormatInt(p.Size, 10),
	}}
}

// VerifyBundle checks a bundle that somebody brings back, with this server's own key
// and against the checkpoints given. Anybody of the house.
func (e Evidence) VerifyBundle(ctx context.Context, actor Actor, r io.ReaderAt, size int64, earlier ...[]byte) (evidence.Report, error) {
	e.k = e.k.once()
	if !actor.system {
		if _, err := e.k.person(ctx, actor.Person, e.k.moment()); err != nil {
			return evidence.Report{}, err
		}
	}
	o := evidence.Options{Checkpoints: earlier}
	if e.k.cfg.Signer != nil {
		o.Keys = []string{e.k.cfg.Signer.Verifier()}
	}
	return evidence.VerifyBundle(r, size, o)
}
