package ismskit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/register"
)

// MaxSheetLines is how many lines one SheetImport has at most.
const MaxSheetLines = 2000

// Sheets are the lists as they come in and go out as files: many rows at once, by somebody who
// keeps the list. What a file is, the Kit does not know; it gets lines and cells.
type Sheets struct{ k *Kit }

// SheetsOf returns the lists of a Kit as sheets.
func SheetsOf(k *Kit) Sheets { return Sheets{k} }

// notBySheet are lists that are entered otherwise, row by row: what they mean does not stand in
// cells, or each entry is checked beside the others.
var notBySheet = []string{register.Roles, register.Deputies, register.Calendars, register.Certificates, register.Settings}

// SheetImport is what somebody brings for a list.
type SheetImport struct {
	List  string
	Lines []forms.SheetLine
	// Reason stands on the trail of each row; an import needs one.
	Reason string
	// Whole refuses everything where one line is wrong; else the right ones are entered.
	Whole bool
	// Seen is SheetOutcome.Mark of the dry run that the person had before him: what would become of
	// the lines otherwise by now is ErrConflict. "" is no dry run.
	Seen string
	// Key is the request's idempotency key, as in Action: the same import under it changes nothing
	// again, whatever became of the rows since.
	Key string
}

// What becomes of a line.
const (
	LineNew     = "new"
	LineChanged = "changed"
	LineSame    = "same"
	LineWrong   = "wrong"
)

// SheetOutcome is what becomes of lines, in their order.
type SheetOutcome struct {
	Lines                     []LineOutcome
	New, Changed, Same, Wrong int
	// Remarked is how many of them, whatever becomes of them, have a Remark.
	Remarked int
	// Done says that it was written.
	Done bool
	// Mark stands for what would be written, for SheetImport.Seen.
	Mark string
}

// LineOutcome is what becomes of a line.
type LineOutcome struct {
	Sheet string
	Row   int
	State string // LineNew, …
	ID    string // of the row; "" for one that is wrong and no row's
	Title forms.Text
	// Remark is what to look at before it is imported; nil: nothing.
	Remark  forms.Text
	Changes []CellChange
	Faults  []forms.CellFault
}

// CellChange is a field that a line changes, as people read it in each language.
type CellChange struct {
	Field    string
	Label    forms.Text
	From, To forms.Text
}

// Form is a list and its form, for whoever may bring a sheet for it (see Try). It is asked before a file is read: to unpack one
// is dear. ErrNotFound too for who may not even read the list.
func (s Sheets) Form(ctx context.Context, actor Actor, list string) (register.List, *forms.Form, error) {
	s.k = s.k.once()
	about, form, err := s.k.Registers().Form(ctx, actor, list)
	if err == nil {
		err = s.may(ctx, actor, list)
	}
	if err != nil {
		return register.List{}, nil, s.k.refused(ctx, actor, err)
	}
	return about, form, nil
}

// Try says what an import would do, and writes nothing. Who may: whoever adds rows to the list
// (Registers.MayChange); ErrNotFound for a list that nobody brings as a sheet. More than MaxSheetLines,
// or none at all, are forms.Invalid.
func (s Sheets) Try(ctx context.Context, actor Actor, in SheetImport) (SheetOutcome, error) {
	s.k = s.k.once()
	p, err := s.plan(ctx, actor, in)
	return p.out, s.k.refused(ctx, actor, err)
}

// Import enters what Try says of lines that are right, in one transaction, each row with its entry by
// the person and the reason. A row is the one with the line's id, else the one with its names: the fields
// by which a list's rows are told apart. What a line has no column for stays as it is, an empty cell
// empties its field. It is checked like Registers.Put, and again nothing is told to anybody: the rows are
// of what was there before. So the same lines again change nothing. Where a line is wrong and Whole is asked for
// nothing is written, and Done is false. ErrConflict where the list has changed since Try, or meanwhile.
func (s Sheets) Import(ctx context.Context, actor Actor, in SheetImport) (SheetOutcome, error) {
	s.k = s.k.once()
	p, err := s.plan(ctx, actor, in)
	if err != nil {
		return SheetOutcome{}, s.k.refused(ctx, actor, err)
	}
	if in.Reason = strings.TrimSpace(in.Reason); in.Reason == "" || len([]rune(in.Reason)) > 400 {
		return SheetOutcome{}, sheetFault("reason", "sheet.reason", nil)
	}
	request, err := requestDigest(in.Key, in)
	if err != nil {
		return SheetOutcome{}, err
	}
	if before, err := s.before(ctx, actor, in, request); err != nil || before {
		p.out.Done = before
		return p.out, s.k.refused(ctx, actor, err)
	}
	switch {
	case len(p.rows) == 0:
		p.out.Done = p.out.Wrong == 0
		return p.out, nil // all stands there already, or nothing is right
	case in.Seen != "" && in.Seen != p.out.Mark:
		return SheetOutcome{}, ErrConflict
	case in.Whole && p.out.Wrong > 0:
		return p.out, nil
	}
	if err := s.write(ctx, actor, p, in, request); err != nil {
		return SheetOutcome{}, s.k.refused(ctx, actor, err)
	}
	p.out.Done = true
	return p.out, nil
}

// may says whether somebody brings sheets for a list.
func (s Sheets) may(ctx context.Context, actor Actor, list string) error {
	if _, ok := s.k.lists.List(list); !ok || slices.Contains(notBySheet, list) || slices.Contains(keptLists, list) {
		return ErrNotFound
	}
	return s.k.Registers().mayChange(ctx, actor, list, register.Row{})
}

// write enters what was planned, unless it would leave nobody who manages people.
func (s Sheets) write(ctx context.Context, actor Actor, p sheetPlan, in SheetImport, request evidence.Digest) error {
	k, now := s.k, s.k.moment()
	by := k.systemSigner()
	if !actor.system {
		signer, err := k.person(ctx, actor.Person, now)
		if err != nil {
			return err
		}
		by = signer
	}
	decides := false
	for _, r := range p.rows {
		does, err := k.decidesManagers(r.old, r.now)
		if err != nil {
			return err
		}
		decides = decides || does
	}
	let, err := s.letIn(ctx, decides)
	if err != nil {
		return err
	}
	err = k.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		write := func() error {
			for _, r := range p.rows {
				if err := k.storeRow(ctx, tx, r.old, r.now, rowChange{reason: in.Reason, by: by, via: actor.Channel, at: now}); err != nil {
					return err
				}
			}
			if in.Key == "" {
				return nil
			}
			return tx.Outcomes().Put(ctx, Outcome{Actor: actor.Person, Key: in.Key, Request: request, Case: listChains + in.List, At: now})
		}
		if !decides {
			return write()
		}
		g, err := s.around(ctx, tx, let, write)
		if err != nil || g.from.IsZero() {
			return err
		}
		return forms.Invalid{g.fault(k)}
	})
	if err == nil {
		k.forget()
		k.wakeAt(now)
	}
	return err
}

// before says whether the import was carried out under its key; ErrKeyReused where something else was. It
// is looked for first: an import is seldom, and what it changed may have been changed again since.
func (s Sheets) before(ctx context.Context, actor Actor, in SheetImport, request evidence.Digest) (bool, error) {
	if in.Key == "" {
		return false, nil
	}
	found := false
	err := s.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		earlier, ok, err := tx.Outcomes().Get(ctx, actor.Person, in.Key)
		if found = ok; ok && earlier.Request != request {
			return ErrKeyReused
		}
		return err
	})
	return found, err
}

// mark stands for what would be written, but for the ids that new rows would get.
func (p sheetPlan) mark() string {
	sum := sha256.New()
	for _, line := range p.out.Lines {
		fmt.Fprintf(sum, "%s\x00%d\x00%s\x00", line.Sheet, line.Row, line.State)
	}
	for _, r := range p.rows {
		id := r.now.ID
		if r.old.Revision == 0 {
			id = ""
		}
		fmt.Fprintf(sum, "%s\x00%d\x00%s\x00", id, r.now.Revision, r.now.Values)
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// sheetFault is what is wrong with an import as a whole.
func sheetFault(field, code string, params map[string]string) forms.Invalid {
	return forms.Invalid{{Field: field, Code: code, Text: sayAll(code, func(string) map[string]string { return params })}}
}
