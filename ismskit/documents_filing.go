package ismskit

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/evidence"
)

// Filing puts a document or a further version under control without a change
// request: the first stock, or a paper approval.
type Filing struct {
	Document document.Document // ID empty for a new one
	Version  document.Version  // State and place in the order follow by themselves
	// WithVersion says that a version is meant: one without a label is refused, with
	// everything else that it lacks. A label says so by itself; without both only the
	// document is written.
	WithVersion bool
	// Duplicate keeps a number that another document has or had, as an import
	// finds it (U13).
	Duplicate bool
	// Seen is the revision of the document that the person had before him, as
	// document.Document.Revision gave it: one that has changed since is refused with
	// *DocumentChanged, and so is a person who names none of a document that is there. 0 is
	// for a new one; ismskit.System need not say.
	Seen int64
	// ListOnly says that the version comes without its text, on purpose: only its line
	// stands in the table of revisions. Without it a person's version needs a file.
	ListOnly bool
	// Supersedes is the label of the version in force that the filing is meant to
	// replace. A person's version replaces no other than the one he names: a
	// *document.Refusal says which it would (Refusal.Replaces). "" where none is in force.
	Supersedes string
	// NumberAnyway says that a number which is not as the house numbers its documents is meant,
	// where the house lets it be kept.
	NumberAnyway bool
	// Reason is why what is said of a document is corrected, which a person has to say who files
	// no version with it; it stands on the document's trail.
	Reason string
	// Dry files nothing: Put answers with what it would refuse, an empty id where it would not.
	Dry bool
	// Key is the request's idempotency key, as in Action.
	Key string
}

// Put files a document and a version of it. A new one without a number gets the next by the
// house's rules (list document_numbers). Otherwise it is as document.Library has it: a version
// whose day has come makes the one before it superseded, in the same transaction.
// A document that is there is changed; another number renumbers it. One that is
// named by its id, without a title, keeps what the filing does not name. A version
// that a person files says how it was approved: not by a case, which says so itself, and not
// outside where the house has a form for that (Type.DocumentChange); none at all where its documents
// change by sign-off alone (SettingSigned). Rights.ManageDocs; a *document.Refusal
// says what document control does not accept, document.Refusals all such things at once,
// each with its field, *DocumentChanged that the page was stale, ErrKeyReused that the
// key was another request's. A file is one that the actor uploaded himself, or that an
// earlier version of the document has.
func (d Documents) Put(ctx context.Context, actor Actor, f Filing) (string, error) {
	d.k = d.k.once()
	if err := d.k.allow(ctx, actor, d.k.cfg.Rights.ManageDocs); err != nil {
		return "", err
	}
	request, err := filingDigest(f)
	if err != nil {
		return "", err
	}
	var id string
	for range maxRaces {
		id, err = d.put(ctx, actor, f, request)
		var again bool
		if again, err = d.k.anew(ctx, actor, f.Key, err); !again {
			break
		}
	}
	if err != nil && f.Key != "" {
		id, err = d.filedBefore(ctx, actor, f.Key, request, err)
	}
	return id, d.k.refused(ctx, actor, err)
}

// put files once.
func (d Documents) put(ctx context.Context, actor Actor, f Filing, request evidence.Digest) (string, error) {
	id := f.Document.ID
	correcting := id != "" && !actor.system
	if id == "" {
		id = uuid.Must(uuid.NewV7()).String()
	}
	f.Document.ID = id
	f.WithVersion = f.WithVersion || f.Version.Label != ""
	byHand := !actor.system && f.WithVersion
	var lacks document.Refusals
	plain, err := d.plain(ctx)
	if err != nil {
		return "", err
	}
	switch {
	case byHand:
		lacks = d.incomplete(f)
		if !plain {
			lacks = document.Refusals{document.RefuseUnsigned()}
		}
	case correcting:
		lacks = document.RefuseReason(f.Reason)
	}
	// A number is looked up in capitals, however it was typed.
	f.Document.Number, f.Document.Parent = document.TypedNumber(f.Document.Number), document.TypedNumber(f.Document.Parent)
	files, unfit, err := d.filed(ctx, actor, id, f.Version.Files)
	if err != nil {
		return "", err
	}
	f.Version.Files, lacks = files, append(lacks, unfit...)
	names, err := d.names(ctx, actor)
	if err != nil {
		return "", err
	}
	scale, err := d.k.classesNow(ctx)
	if err != nil {
		return "", err
	}
	asked, err := d.numberAsked(ctx, actor, f.Document.Number)
	if err != nil {
		return "", err
	}
	e := Event{Verb: "file", Result: f.Version.Label, Comment: cmp.Or(f.Version.Description, strings.TrimSpace(f.Reason))}
	err = d.controlled(ctx, actor, id, e, func(ctx context.Context, c controlling) error {
		if err := alone(ctx, c, aloneDocuments); err != nil {
			return err
		}
		if err := d.unchanged(ctx, actor, c, id, f.Seen); err != nil {
			return err
		}
		c.lib = c.lib.Naming(names)
		f, ownerless, err := d.owned(ctx, c, actor, f)
		if err != nil {
			return err
		}
		f, unfit, err := d.numbered(ctx, c, actor, f, asked)
		if err != nil {
			return err
		}
		unfit = append(unfit, ownerless...)
		classless, err := d.classed(ctx, c, actor, scale, f.Document)
		if err != nil {
			return err
		}
		unfit = append(unfit, classless...)
		relations, unknown, err := relating(ctx, c, f.Document.Relations, names, actor.system)
		if err != nil {
			return err
		}
		f.Document.Relations = relations
		if !plain && !actor.system && !byHand {
			var wrong document.Refusals
			if f, wrong, err = unsigned(ctx, c, f, names); err != nil {
				return err
			}
			unfit = append(unfit, wrong...)
		}
		if byHand {
			asked, err := d.k.changesUnderWay(ctx, c, changedThing{id: id}, "")
			if err != nil {
				return err
			}
			if len(asked) > 0 {
				unfit = append(unfit, document.RefuseUnderWay())
			}
		}
		lacks := slices.Concat(lacks, unfit, unknown)
		if err := accept(lacks, put(ctx, c, f, byHand)); err != nil {
			return err
		}
		if f.Dry {
			return errDry
		}
		if f.Key == "" {
			return nil
		}
		return c.Outcomes().Put(ctx, Outcome{Actor: actor.Person, Key: f.Key, Request: request, Case: documentRecord(id), At: d.k.moment()})
	})
	if errors.Is(err, errDry) {
		return "", nil
	}
	return id, err
}

// errDry undoes a filing that was to be tried only.
var errDry = errors.New("ismskit: nothing was to be filed")

// accept is everything that a filing lacks, with what document control said of the rest of
// it. What it would replace is asked only of one that lacks nothing.
func accept(lacks document.Refusals, err error) error {
	more, known := document.AsRefusals(err)
	if len(lacks) == 0 || err != nil && !known {
		return err
	}
	for _, r := range more {
		if _, asks := r.Replaces(); !asks {
			lacks = append(lacks, r)
		}
	}
	return lacks
}

// incomplete is what a version that a person files lacks.
func (d Documents) incomplete(f Filing) document.Refusals {
	lacks := document.Unapproved(f.Version)
	if f.Version.ApprovalWay == document.ByPaper && d.entersLetters() {
		lacks = document.Refusals{document.RefuseLetter()}
	}
	if len(f.Version.Files) == 0 && !f.ListOnly {
		lacks = append(lacks, document.RefuseEmpty())
	}
	return lacks
}

// entersLetters says whether the house has a form by which what was approved outside is entered:
// then nobody files it past the second person.
func (d Documents) entersLetters() bool {
	return slices.ContainsFunc(d.k.changing(), func(key string) bool {
		kind, ok := d.k.kinds.latestOf(key)
		return ok && kind.Offered && kind.outside()
	})
}
