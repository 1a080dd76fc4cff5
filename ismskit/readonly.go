package ismskit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/workflow"
)

// ReadOnly is why a case can be read and nothing be done with it: this server
// lacks what the case's version of its type was made with. It can be worked on
// again as soon as the server has it. errors.Is(err, ErrReadOnly) holds.
type ReadOnly struct {
	Type, Version string
	// FieldTypes are the types of fields that Config.FieldTypes lacks.
	FieldTypes []string
	// Hook is the function that Config.Hooks lacks, "" if none.
	Hook string
	// Cause is everything that is wrong, in the compilers' words.
	Cause error
}

// Error says what is missing.
func (r *ReadOnly) Error() string {
	var lacks []string
	if len(r.FieldTypes) > 0 {
		lacks = append(lacks, "field types "+strings.Join(r.FieldTypes, ", "))
	}
	if r.Hook != "" {
		lacks = append(lacks, "hook "+r.Hook)
	}
	if len(lacks) == 0 {
		lacks = append(lacks, "a definition this server understands")
	}
	return fmt.Sprintf("%v: type %s version %s lacks %s", ErrReadOnly, r.Type, r.Version, strings.Join(lacks, " and "))
}

// Text is the reason for people.
func (r *ReadOnly) Text(lang string) string {
	form := map[string]string{"type": r.Type, "version": r.Version}
	if form["lacks"] = r.lacks(lang); form["lacks"] == "" {
		return say(lang, "read_only.definition", form)
	}
	return say(lang, "read_only.lacks", form)
}

// lacks names what is missing, "" where that is more than can be named.
func (r *ReadOnly) lacks(lang string) string {
	var lacks []string
	if len(r.FieldTypes) > 0 {
		names := strings.Join(r.FieldTypes, say(lang, "comma", nil))
		lacks = append(lacks, say(lang, "read_only.field_types", map[string]string{"names": names}))
	}
	if r.Hook != "" {
		lacks = append(lacks, say(lang, "read_only.hook", map[string]string{"name": r.Hook}))
	}
	return strings.Join(lacks, say(lang, "read_only.and", nil))
}

// Unwrap makes it an ErrReadOnly.
func (r *ReadOnly) Unwrap() []error { return []error{ErrReadOnly, r.Cause} }

// writable refuses to work on a case of a type that can only be read here.
func (c *caseInHand) writable() error {
	if c.kind.readOnly != nil {
		return c.kind.readOnly
	}
	if c.extra.Disposed != nil {
		return refusal(workflow.ErrPhase) // there is nothing left to act on
	}
	return nil
}

// toRead makes of a stored definition that cannot be compiled here a kind whose
// cases can be looked at: values of unknown types as they were stored, the flow
// without its conditions.
func (ks *kinds) toRead(def Definition, cause error) (*kind, error) {
	why := &ReadOnly{Type: def.Key, Version: def.Version, Cause: cause}
	broken := func(err error) error { return errors.Join(why, err) }
	// Not strictly: a newer server may have written members that this one does not know.
	var t Type
	if err := json.Unmarshal(def.Body, &t); err != nil {
		return nil, broken(err)
	}
	form, missing, err := forms.CompileToRead(t.Form, ks.fields)
	if err != nil {
		return nil, broken(err)
	}
	why.FieldTypes = missing
	if t.Closing != "" && ks.hooks[t.Closing] == nil {
		why.Hook = t.Closing
	}
	k := newKind(t, form)
	k.readOnly = why
	if k.flow, err = workflow.Compile(t.Flow, readingVocabulary{vocabulary{kind: k}}); err != nil {
		return nil, broken(err)
	}
	return k, nil
}

// readingVocabulary takes what was right when the type was published as right.
type readingVocabulary struct{ vocabulary }

// Condition is not compiled: it may look into a value of an unknown type. What it
// leads to counts as possible.
func (readingVocabulary) Condition(string) error { return nil }

func (readingVocabulary) ChildType(string) bool { return true }

// bareLine is a case on a list whose definition this server cannot even read: what
// stands on its row.
func (k *Kit) bareLine(ctx context.Context, row CaseRow, err error) CaseLine {
	k.leftOut(ctx, row.ID, err)
	line := CaseLine{
		CaseRow: row, Kind: TypeInfo{Key: row.Type, Version: row.Version}, Since: row.Changed,
		Word: record.StateOf(row.Phase, "", row.Outcome),
	}
	errors.As(err, &line.ReadOnly)
	return line
}
