package ismskit

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/workflow"
)

// VerbTook is the entry of somebody who read a version of a document, printed it or took a
// file of it, once for each version, on a chain of its own for each document: who is to be
// told when it turns out to be wrong.
const VerbTook workflow.Verb = "took_copy"

// takenChains are the beginnings of those chains.
const takenChains = "copies/"

// took notes that somebody has seen a version or taken it away. Unlike what is classified,
// which is noted before it is shown (opened), a document is not kept from its reader where that
// fails; the log says so.
func (d Documents) took(ctx context.Context, actor Actor, r document.Reading) {
	if actor.system || actor.Person == "" || r.Version.Label == "" {
		return
	}
	err := d.noteTaken(ctx, actor, r)
	if err != nil {
		d.k.log.WarnContext(ctx, "who took a copy is not noted", "document", r.Document.ID, "version", r.Version.Label, "reason", err)
	}
}

func (d Documents) noteTaken(ctx context.Context, actor Actor, r document.Reading) error {
	chain := takenChains + r.Document.ID
	known, err := d.takers(ctx, r.Document.ID, r.Version)
	if err != nil || known[actor.Person] {
		return err
	}
	self, err := d.k.personEver(ctx, actor.Person)
	if err != nil {
		return err
	}
	return d.k.appendSystem(ctx, chain, Event{
		Verb: VerbTook, Type: OpenedDocument, Number: r.Document.ID, Result: versionMark(r.Version), By: self, Via: viaReader,
		Assurance: actor.Assurance, Channel: actor.Channel,
	})
}

// versionMark tells a version from one that bore its label before and was withdrawn.
func versionMark(v document.Version) string { return v.Label + versionSeq + strconv.Itoa(v.Seq) }

// versionSeq stands between a version's label and how manieth it is.
const versionSeq = "#"

// takers are those who have seen a version or taken it away.
func (d Documents) takers(ctx context.Context, id string, v document.Version) (map[string]bool, error) {
	out := map[string]bool{}
	for after := int64(0); ; {
		var rows []TrailEntry
		err := d.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
			found, err := tx.Trail().Entries(ctx, EntryQuery{Chain: takenChains + id, After: after})
			rows = found
			return err
		})
		if err != nil || len(rows) == 0 {
			return out, err
		}
		for _, e := range entriesOf(rows) {
			if e.Verb == VerbTook && e.Result == versionMark(v) {
				out[e.By.Person] = true
			}
		}
		after = rows[len(rows)-1].Seq
	}
}

// stoppedVersion is who has to be told that a version was stopped.
type stoppedVersion struct {
	Label string `json:"label"`
	Seq   int    `json:"seq"`
	Case  string `json:"case"` // by which it was stopped
}

// tellStopped arms the telling: by the queue, for those who took it may be many.
func tellStopped(ctx context.Context, tx Tx, id string, v document.Version, caseID string, now time.Time) error {
	payload, err := json.Marshal(stoppedVersion{v.Label, v.Seq, caseID})
	if err != nil {
		return err
	}
	return enqueue(ctx, tx, now, Job{Key: jobStopped + "|" + id + "|" + versionMark(v), Kind: jobStopped, Subject: id, Payload: payload, Due: now})
}

// stopped tells everyone who saw or took a version, or said that he had read it, that it was stopped, and those who look after
// documents also how many cases were begun on its forms.
func (d Documents) stopped(ctx context.Context, job Job) error {
	var told stoppedVersion
	if err := json.Unmarshal(job.Payload, &told); err != nil {
		return fmt.Errorf("ismskit: job %s: %w", job.Key, err)
	}
	doc, versions, err := d.stored(ctx, job.Subject)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(versions, func(v document.Version) bool { return v.Label == told.Label && v.Seq == told.Seq })
	if at < 0 {
		return d.k.finished(ctx, job, nil)
	}
	v := versions[at]
	people, err := d.takers(ctx, doc.ID, v)
	if err != nil {
		return err
	}
	read := DocumentReaders{Version: v}
	if err := d.asked(ctx, &read); err != nil {
		return err
	}
	for _, r := range read.Readers {
		if !r.Read.IsZero() {
			people[r.Person] = true
		}
	}
	officers := map[string]bool{}
	for _, role := range d.k.cfg.Rights.ManageDocs {
		module, key, _ := strings.Cut(role, "/")
		members, err := d.k.members(ctx, directory.PoolOfRole(module, key, ""), d.k.moment())
		if err != nil {
			return err
		}
		for _, s := range members {
			officers[s.Person] = true
		}
	}
	begun, err := d.begunOn(ctx, doc, versions, v)
	if err != nil {
		return err
	}
	now := d.k.moment()
	message := func(person, rule string, cases int) Message {
		params := map[string]string{"number": doc.Number, "title": document.TitleIn(doc.Title, d.k.cfg.Lang), "label": v.Label, "current": doc.Current, "n": strconv.Itoa(cases)}
		instead := "stopped.alone"
		if doc.Current != "" {
			instead = "stopped.instead"
		}
		params["instead"] = d.k.text(instead, params)
		m := Message{
			ID: rule + "|" + doc.ID + "|" + versionMark(v) + "|" + person, Person: person, Rule: rule, Kind: MessageRead, Urgent: true, Created: now, Due: now,
			Subject: d.k.text("notice."+rule+".subject", params), Body: d.k.text("notice."+rule+".body", params), Link: documentLink(doc.ID, v.Label),
		}
		if d.k.classes().Confidential(doc.Class) {
			m.Subject, m.Body = d.k.text("news.secret_document.subject", nil), d.k.text("news.secret_document.body", nil)
		}
		return m
	}
	var all []Message
	for _, person := range slices.Sorted(maps.Keys(people)) {
		if !officers[person] {
			all = append(all, message(person, ruleStopped, 0))
		}
	}
	for _, person := range slices.Sorted(maps.Keys(officers)) {
		his, err := d.k.readBy(ctx, Actor{Person: person}, begun)
		if err != nil {
			return err
		}
		all = append(all, message(person, ruleStoppedCases, len(his)))
	}
	err = d.k.store.Update(ctx, func(ctx context.Context, tx Tx) error { return d.k.putMessages(ctx, tx, now, all) })
	return d.k.finished(ctx, job, err)
}

// linkedDocuments begin the Link of a Message that leads to a version of a document.
const linkedDocuments = "documents/"

func documentLink(id, label string) string { return linkedDocuments + id + "/versions/" + label }
