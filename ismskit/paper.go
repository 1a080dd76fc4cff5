package ismskit

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// What was signed on paper (紙本簽核後補登) is entered as a case of a type of its own, made
// of the ordinary one: its form with what the paper adds, and a flow in which each who
// signed on paper says so himself. Then its rows go to their handlers as always.

//go:embed paper.json
var paperFile []byte

// paperParts are what the paper adds to a type.
type paperParts struct {
	title forms.Text
	form  forms.Schema
	steps []forms.Field // where the flow asks for signatures: which of them the paper has
	flow  workflow.Flow
}

var paperAdds = sync.OnceValues(func() (paperParts, error) {
	var raw struct {
		Title forms.Text      `json:"title"`
		Form  json.RawMessage `json:"form"`
		Flow  json.RawMessage `json:"flow"`
	}
	if err := json.Unmarshal(paperFile, &raw); err != nil {
		return paperParts{}, fmt.Errorf("paper.json: %w", err)
	}
	form, err := forms.ParseSchema(raw.Form)
	if err != nil {
		return paperParts{}, fmt.Errorf("paper.json: form: %w", err)
	}
	flow, err := workflow.ParseFlow(raw.Flow)
	if err != nil {
		return paperParts{}, fmt.Errorf("paper.json: flow: %w", err)
	}
	own := func(f forms.Field) bool { return f.Key == paperSteps || f.Key == paperUnsigned }
	parts := paperParts{title: raw.Title, form: form, flow: flow}
	for _, f := range form.Fields {
		if own(f) {
			parts.steps = append(parts.steps, f)
		}
	}
	parts.form.Fields = slices.DeleteFunc(slices.Clone(form.Fields), own)
	return parts, nil
})

// FieldPaperNumber is the field of an entry of a paper with the number that stands on it.
const FieldPaperNumber = paperNumber

// Fields that the paper adds to a form.
const (
	paperNumber  = "paper_number"
	paperSigners = "paper_signers"
	paperPlace   = "paper_place"
	paperKeeper  = "paper_keeper"

	// paperUnsigned says why somebody has not signed it whom the flow asks.
	paperUnsigned = "paper_unsigned"
	// paperSteps is the table of the flow's steps, with whom each asked on the day of the
	// signatures and who signed for it. The Kit fills it in.
	paperSteps   = "paper_steps"
	paperStepKey = "step"
	paperAsked   = "asked"
	paperSigned  = "signed"
	paperState   = "state"
	paperOn      = "on_paper" // states of a step: it is signed on the paper,
	paperHere    = "here"     // or here, by whom the flow asks
)

// PaperKey is the key of the type under which cases of a type are entered that were
// signed on paper.
func PaperKey(key string) string { return key + "_paper" }

// onPaper is that type.
func (t Type) onPaper() (Type, error) {
	adds, err := paperAdds()
	if err != nil {
		return Type{}, err
	}
	p := t
	p.Key, p.PaperOf, p.Paper, p.Oral, p.Number = PaperKey(t.Key), t.Key, false, nil, nil
	p.Version = t.Version + "." + adds.flow.Version
	p.Title = forms.Text{}
	for lang, title := range t.Title {
		p.Title[lang] = title + adds.title.In(lang)
	}
	p.Form.Key, p.Form.Version, p.Form.Title = p.Key, p.Version, p.Title
	signed := t.signedBefore()
	p.Form.Fields = slices.Concat(adds.form.Fields, adds.stepFields(signed), slices.DeleteFunc(slices.Clone(t.Form.Fields), func(f forms.Field) bool {
		return t.Oral.names(f.Key) // what was signed on paper was not approved by word of mouth
	}))
	p.Form.Rules = slices.DeleteFunc(slices.Clone(t.Form.Rules), func(r forms.Rule) bool {
		return slices.ContainsFunc(t.Form.Fields, func(f forms.Field) bool { return t.Oral.names(f.Key) && r.Reads(f.Key) })
	})
	p.Flow = workflow.Flow{Key: p.Key, Version: p.Version, Withdraw: adds.flow.Withdraw, Registry: t.Flow.Registry, Officers: t.Flow.Officers}
	p.Flow.Root.Sequence = append([]workflow.Node{adds.flow.Root}, t.signedHere(signed)...)
	for _, split := range splitsOf(t.Flow.Root) {
		p.Flow.Root.Sequence = append(p.Flow.Root.Sequence, workflow.Node{Split: split})
	}
	return p, nil
}

func splitsOf(n workflow.Node) []*workflow.Split {
	if n.Split != nil {
		return []*workflow.Split{n.Split}
	}
	var out []*workflow.Split
	for _, below := range n.Below() {
		out = append(out, splitsOf(below)...)
	}
	return out
}

// Paper is where the original of a case lies that was signed on paper.
type Paper struct {
	Number, Place, Keeper string
	Lost                  bool
	LostCase              string // the case of its loss, for those who may read that
	// Online is the case that went on on paper under the same number, for those who may read
	// that; "" where there is none.
	Online string
	// Handled are the titles of rows for which no case was opened, for those who may read Online:
	// they had been handled there, only after the entry was sent.
	Handled []string
	// Differs is what the entry says otherwise than the request that was sent here, as far as
	// the actor may see both.
	Differs []PaperDifference
}

// paper is what is known of a case's original, nil for one that was signed here.
func (k *Kit) paper(ctx context.Context, c caseInHand) (*Paper, error) {
	if c.kind.PaperOf == "" {
		return nil, nil
	}
	out := &Paper{Number: c.row.Number}
	out.Place, _ = c.values[paperPlace].(string)
	if p, ok := c.values[paperKeeper].(forms.Person); ok {
		out.Keeper = p.Name
	}
	var row register.Row
	var found bool
	err := k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		r, ok, err := tx.Registers().Row(ctx, register.Originals, c.row.ID)
		row, found = r, ok
		return err
	})
	if err != nil || !found {
		return out, err
	}
	cells, err := k.lists.Cells(row)
	if err != nil {
		return nil, err
	}
	out.Place, out.Keeper, out.Lost = cells.Text("place"), cells.Text("keeper"), cells.Text("state") == "lost"
	out.LostCase = cells.Text("lost_case")
	return out, nil
}

// signedOnPaper is the day on which a person signed, as the entry says.
func (c *caseInHand) signedOnPaper(person string) (day any, capacity string) {
	rows, _ := c.values[paperSigners].([]forms.Row)
	for _, row := range rows {
		if p, ok := row["signer"].(forms.Person); ok && p.ID == person {
			capacity, _ = row["capacity"].(string)
			return row["signed_on"], capacity
		}
	}
	return nil, ""
}

// becausePaper asks a signer on paper about what he signed, and when.
func (k *Kit) becausePaper(c *caseInHand, t workflow.Task) (workflow.Text, bool) {
	if c.kind.PaperOf == "" || t.Step != paperSigners || t.Alternative != 0 || len(t.Holder.Named) != 1 {
		return nil, false
	}
	day, capacity := c.signedOnPaper(t.Holder.Named[0].Person)
	if day == nil {
		return nil, false
	}
	return workflow.Text(sayAll("why.paper", func(lang string) map[string]string {
		in := forms.Locale{Lang: lang, Location: k.location}
		return map[string]string{"day": c.kind.form.Format(paperSigners+".signed_on", day, in), "capacity": capacity}
	})), true
}

// withPaper tells whom a step asks that the paper lacks his signature, and why.
func (k *Kit) withPaper(c *caseInHand, t workflow.Task, why workflow.Text) workflow.Text {
	reason, _ := c.values[paperUnsigned].(string)
	if c.kind.PaperOf == "" || reason == "" || t.Step == paperSigners || t.Origin != "" || c.state.Phase != workflow.PhaseRunning {
		return why
	}
	return workflow.Text(sayAll("why.paper_unsigned", func(lang string) map[string]string {
		return map[string]string{"why": why.In(lang), "reason": reason}
	}))
}

// enterPaper gives an entry the number of its paper, and notes where the original lies.
func (w *work) enterPaper() {
	row := &w.after.row
	if w.after.kind.PaperOf == "" || row.Number != "" || w.after.state.Phase != workflow.PhaseRunning {
		return
	}
	number, _ := w.after.values[paperNumber].(string)
	row.Number = strings.TrimSpace(number)
	w.effects = append(w.effects, usedNumber{number: row.Number}, keptOriginal{})
}

// keptOriginal enters the original in the list of originals.
type keptOriginal struct{}

func (keptOriginal) describe() string { return "original" }

func (keptOriginal) apply(ctx context.Context, w *work, tx Tx) error {
	p := forms.Values{"number": w.after.row.Number, "place": w.after.values[paperPlace], "state": "kept"}
	if keeper, ok := w.after.values[paperKeeper].(forms.Person); ok {
		p["keeper"] = keeper.Name
	}
	form, _ := w.k.lists.Form(register.Originals)
	return w.k.putRow(ctx, tx, rowChange{
		list: register.Originals, id: w.after.row.ID, values: form.EncodeJSON(p), by: w.auth.by, via: "case/" + w.after.row.ID, at: w.now,
	})
}

// continuesOnPaper keeps the number of a case that goes on on paper, so that it can be
// entered under it.
type continuesOnPaper struct{}

func (continuesOnPaper) describe() string { return "paper" }

func (continuesOnPaper) apply(ctx context.Context, w *work, tx Tx) error {
	row := w.after.row
	return w.k.putNumber(ctx, tx, 0, ReservedNumber{
		Number: row.Number, Type: w.after.kind.Key, Block: newBlock(), State: NumberFree, Reason: w.event.Comment, From: row.ID,
	}, w.auth.by, w.now)
}

// mayPaper says whether somebody keeps the house's numbers and papers.
func (k *Kit) mayPaper(ctx context.Context, person string) (bool, error) {
	return k.hasRole(ctx, person, k.cfg.Rights.ManageRecords)
}
