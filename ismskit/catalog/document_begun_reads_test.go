package catalog

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
)

// looked is a store of which it is counted how often something is read.
type looked struct {
	ismskit.Store
	views atomic.Int64
}

func (l *looked) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	l.views.Add(1)
	return l.Store.View(ctx, fn)
}

// Which cases were begun on a version is asked of the archive a page at a time: what somebody may not read costs
// no look at each, by which he could also tell how many there are.
func TestB1_3WhatWasBegunOnAVersionIsFoundInFewLooks(t *testing.T) {
	o := openOffice(t, inMemory(t))
	store := &looked{Store: o.l.cfg.Store}
	cfg := o.l.cfg
	cfg.Store, cfg.Now, cfg.Notifier, cfg.Blobs = store, o.clock.Now, o.mails, o.l.blobs
	cfg.Rights.ReadAll = []string{"records/reads_all"}
	kit, err := ismskit.New(cfg)
	must(t, err)
	asks := func(person string) (cases []string, looks int64) {
		t.Helper()
		before := store.views.Load()
		rows, more, err := kit.Documents().Lists().Begun(o.ctx, o.as(person), "IS-04-012", "")
		if must(t, err); more {
			t.Error("there are more")
		}
		for _, row := range rows {
			cases = append(cases, row.ID)
		}
		return cases, store.views.Load() - before
	}
	all, ofAll := asks("P09")
	some, ofSome := asks("P13")
	if len(all) < 8 || len(some) == 0 || len(some) >= len(all) {
		t.Fatalf("who reads everything finds %d, a clerk %d", len(all), len(some))
	}
	for _, id := range all {
		_, err := kit.Case(o.ctx, o.as("P13"), id)
		if reads := err == nil; reads != slices.Contains(some, id) {
			t.Errorf("%s: a clerk reads it: %t, finds it: %t", id, reads, !reads)
		}
	}
	if ofAll > 8 || ofSome > 16 { // who he is, and what he may read, is asked too
		t.Errorf("%d and %d looks for %d cases", ofAll, ofSome, len(all))
	}
}

// 曾用編號: what was begun on a version is found under the document that was renumbered since, also by the
// procedure that lists the form, and whichever of the two has another number now.
func TestB1_3WhatWasBegunIsFoundAfterTheNumberChanged(t *testing.T) {
	o := openOffice(t, inMemory(t))
	begun := func(document string) int {
		t.Helper()
		rows, _, err := o.kit.Documents().Lists().Begun(o.ctx, o.as("P09"), document, "")
		must(t, err)
		return len(rows)
	}
	form := o.doc("IS-04-012")
	before, listed := begun(form.ID), o.doc(procedure)
	form.Document.Parent = procedure
	_, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{Document: form.Document})
	must(t, err)
	byProcedure := begun(listed.ID)
	for id, number := range map[string]string{form.ID: "IS-04-112", listed.ID: "IS-02-118"} {
		doc := o.doc(id)
		doc.Document.Number = number
		_, err := o.kit.Documents().Put(o.ctx, o.as("P07"), ismskit.Filing{Document: doc.Document, Seen: doc.Revision, Reason: "更正編號", NumberAnyway: true})
		must(t, err)
	}
	if now := begun(form.ID); before == 0 || now != before {
		t.Errorf("of %d cases %d are found by the form", before, now)
	}
	if now := begun(listed.ID); byProcedure == 0 || now != byProcedure {
		t.Errorf("of %d cases %d are found by the procedure", byProcedure, now)
	}
	if forms := o.doc(listed.ID).Forms; !slices.ContainsFunc(forms, func(d document.Document) bool { return d.ID == form.ID }) {
		t.Errorf("the procedure lists %d forms, and not this one", len(forms))
	}
}
