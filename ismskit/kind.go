package ismskit

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/workflow"
)

// kind is a Type with its form and flow compiled. It never changes.
type kind struct {
	Type
	form       *forms.Form
	flow       *workflow.Compiled
	conditions map[string]*forms.Program
	number     forms.Pattern
	serials    []forms.SerialInfo // of the form
	hook       Hook
	digest     evidence.Digest
	body       []byte
	hidden     []string        // fields that some step hides
	roles      map[string]bool // "module/role" that its way asks for
	// readOnly says what this server lacks to work on its cases; nil: nothing.
	readOnly *ReadOnly
}

func (k *kind) name() string { return k.Key + "@" + k.Version }

// kinds are all compiled types, by key and version, and of each key the one that new
// cases begin with. Versions that are only in the Store are added when a case needs one.
type kinds struct {
	fields forms.Types
	hooks  map[string]Hook
	keys   []string // in the order of Config.Types
	// brought is the newest of each key in Config: what the program brings.
	brought map[string]*kind

	mu      sync.RWMutex
	version map[string]*kind // key@version
	latest  map[string]*kind // brought, or what the house has made of it (see Versions)
	house   houseTypes
}

// newKinds compiles types together: one may name another as its children's.
func newKinds(cfg Config) (*kinds, error) {
	ks := &kinds{fields: cfg.FieldTypes, hooks: cfg.Hooks, version: map[string]*kind{}, latest: map[string]*kind{}, house: houseTypes{turn: make(chan struct{}, 1), stamp: -1}}
	known := map[string]bool{}
	var types []Type
	var faults []error
	for _, t := range cfg.Types {
		known[t.Key] = true
		types = append(types, t)
		if !t.Paper {
			continue
		}
		onPaper, err := t.onPaper()
		if err != nil {
			faults = append(faults, fmt.Errorf("type %s %s: %w", t.Key, t.Version, err))
			continue
		}
		types = append(types, onPaper)
	}
	for _, t := range types {
		k, err := ks.compile(t, func(key string) bool { return known[key] })
		if err != nil {
			faults = append(faults, fmt.Errorf("type %s %s: %w", t.Key, t.Version, err))
			continue
		}
		if _, twice := ks.version[k.name()]; twice {
			faults = append(faults, fmt.Errorf("type %s %s: given twice", t.Key, t.Version))
			continue
		}
		ks.version[k.name()] = k
		if ks.latest[t.Key] == nil {
			ks.keys = append(ks.keys, t.Key)
		}
		ks.latest[t.Key] = k // later in Config.Types is newer
	}
	for _, key := range ks.keys { // in their order, so that the same faults read the same
		k := ks.latest[key]
		faults = append(append(faults, ks.checkHidden(k)...), k.checkFiledUnder(), k.checkSubject())
	}
	ks.brought = maps.Clone(ks.latest)
	return ks, errors.Join(append(faults, ks.checkLists()...)...)
}

func (ks *kinds) compile(t Type, childType func(string) bool) (*kind, error) {
	var faults []error
	if t.Key == "" || t.Version == "" {
		faults = append(faults, errors.New("key and version are required"))
	}
	form, err := forms.Compile(t.Form, ks.fields)
	if err != nil {
		return nil, errors.Join(append(faults, err)...)
	}
	k := newKind(t, form)
	k.flow, err = workflow.Compile(t.Flow, vocabulary{kind: k, childType: childType})
	if err != nil {
		faults = append(faults, err)
	} else {
		k.hidden = slices.Concat(hiddenBy(k.flow), k.lentFields())
	}
	if t.Number != nil {
		k.number, err = forms.ParsePattern(t.Number.Pattern, t.Number.Scope)
		if err != nil {
			faults = append(faults, fmt.Errorf("number: %w", err))
		}
		if !slices.Contains([]string{"", numberAtSubmit, NumberAtApproval}, t.Number.At) {
			faults = append(faults, fmt.Errorf("number: at %q is neither submit nor approval", t.Number.At))
		}
	}
	faults = append(faults, k.checkSerials()...)
	if t.Closing != "" {
		if k.hook = ks.hooks[t.Closing]; k.hook == nil {
			faults = append(faults, fmt.Errorf("closing: there is no hook %q", t.Closing))
		}
	}
	if err := k.checkOral(); err != nil {
		faults = append(faults, err)
	}
	if err := k.checkHandover(); err != nil {
		faults = append(faults, err)
	}
	if err := k.checkFiling(); err != nil {
		faults = append(faults, err)
	}
	if err := k.checkImported(); err != nil {
		faults = append(faults, err)
	}
	if err := k.checkOnce(); err != nil {
		faults = append(faults, err)
	}
	if err := k.checkReading(); err != nil {
		faults = append(faults, err)
	}
	if err := k.checkDisposes(); err != nil {
		return nil, fmt.Errorf("ismskit: type %s: %w", k.name(), err)
	}
	if err := k.checkLends(); err != nil {
		return nil, fmt.Errorf("ismskit: type %s: %w", k.name(), err)
	}
	if err := k.checkChange(); err != nil {
		faults = append(faults, err)
	}
	if err := t.checkCorrection(); err != nil {
		faults = append(faults, err)
	}
	for _, p := range t.Proposed {
		if err := p.check(t.Form.Fields); err != nil {
			faults = append(faults, err)
		}
	}
	if err := t.WorkList.check(t.Form.Fields); err != nil {
		faults = append(faults, err)
	}
	if k.body, err = json.Marshal(t); err != nil {
		faults = append(faults, err)
	}
	k.digest = sha256.Sum256(k.body)
	return k, errors.Join(faults...)
}

func newKind(t Type, form *forms.Form) *kind {
	return &kind{Type: t, form: form, conditions: map[string]*forms.Program{}, serials: form.Serials()}
}

// latestOf returns the version new cases begin with.
func (ks *kinds) latestOf(key string) (*kind, bool) {
	ks.mu.RLock()
	defer ks.mu.RUnlock()
	k, ok := ks.latest[key]
	return k, ok
}

// inUse are the versions that new cases begin with, by type. It is not to be changed.
func (ks *kinds) inUse() map[string]*kind {
	ks.mu.RLock()
	defer ks.mu.RUnlock()
	return ks.latest
}

// all are the versions that are known here, of types that are in use no more too.
func (ks *kinds) all() []*kind {
	ks.mu.RLock()
	defer ks.mu.RUnlock()
	return slices.Collect(maps.Values(ks.version))
}

// ofClass says whether cases of a type begin with a class of confidentiality.
func (ks *kinds) ofClass(class string) bool {
	return slices.ContainsFunc(ks.all(), func(k *kind) bool { return k.Class == class })
}

// toBegin is the version that new cases begin with, or why none can.
func (ks *kinds) toBegin(key string) (k *kind, ok bool, bar *Barred) {
	ks.mu.RLock()
	defer ks.mu.RUnlock()
	k, ok = ks.latest[key]
	return k, ok, ks.house.barred[key]
}

// barred is why no case of a type can begin, nil where one can.
func (ks *kinds) barred(key string) *Barred {
	_, _, bar := ks.toBegin(key)
	return bar
}

// children are the versions in which the rows of a case beginning now will open,
// and the rows of those rows, by type.
func (ks *kinds) children(k *kind) map[string]string {
	var out map[string]string
	var gather func(*kind)
	gather = func(k *kind) {
		for _, split := range k.flow.Splits() {
			child, ok := ks.latestOf(split.Type)
			if _, known := out[split.Type]; known || !ok {
				continue
			}
			if out == nil {
				out = map[string]string{}
			}
			out[split.Type] = child.Version
			gather(child)
		}
	}
	gather(k)
	return out
}

// of returns a version, reading it from the Store if it is an old one. One that
// this server lacks a hook or a field type for is there to be read: see ReadOnly.
func (ks *kinds) of(ctx context.Context, store Store, key, version string) (*kind, error) {
	ks.mu.RLock()
	k, ok := ks.version[key+"@"+version]
	ks.mu.RUnlock()
	if ok {
		return k, nil
	}
	var def Definition
	err := store.View(ctx, func(ctx context.Context, tx Tx) error {
		d, err := tx.Definitions().Get(ctx, definitionType, key, version)
		if err == nil {
			def = d
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("type %s %s: %w", key, version, err)
	}
	var trouble error // of the Store: no reason to take the type for one that can only be read
	t, err := ParseType(def.Body)
	if err == nil {
		k, err = ks.compile(t, func(child string) bool {
			there, err := ks.published(ctx, store, child)
			trouble = errors.Join(trouble, err)
			return there
		})
	}
	if trouble != nil {
		return nil, fmt.Errorf("type %s %s: %w", key, version, trouble)
	}
	if err != nil {
		if k, err = ks.toRead(def, err); err != nil {
			return nil, err
		}
	}
	k.body, k.digest = def.Body, def.Digest
	ks.mu.Lock()
	ks.version[k.name()] = k
	ks.mu.Unlock()
	return k, nil
}

// published says whether there is a type, on offer or stored by an earlier server.
func (ks *kinds) published(ctx context.Context, store Store, key string) (bool, error) {
	if _, ok := ks.latestOf(key); ok {
		return true, nil
	}
	stored := 0
	err := store.View(ctx, func(ctx context.Context, tx Tx) error {
		versions, err := tx.Definitions().List(ctx, definitionType, key)
		stored = len(versions)
		return err
	})
	return stored > 0, err
}

const definitionType = "type"

// vocabulary tells the flow compiler what a form has.
type vocabulary struct {
	kind      *kind
	childType func(string) bool
}

func (v vocabulary) Field(path string) (workflow.FieldInfo, bool) {
	table, column, nested := strings.Cut(path, ".")
	f, ok := fieldNamed(v.kind.Form.Fields, table)
	if ok && nested {
		f, ok = columnNamed(f, column)
	}
	if !ok {
		return workflow.FieldInfo{}, false
	}
	info := workflow.FieldInfo{
		Type:   f.Type,
		Table:  f.Type == "table",
		Person: f.Type == "person" || f.Type == "persons",
		Unit:   f.Type == "unit",
		Ref:    f.Type == "ref" || f.Type == "refs",
		Label:  workflow.Text(f.Label),
	}
	for _, o := range f.Options {
		info.Options = append(info.Options, o.Key)
	}
	return info, true
}

// labelOf is what people call a field of its form, its key where they call it nothing.
func (k *kind) labelOf(path, lang string) string {
	f, _ := vocabulary{kind: k}.Field(path)
	return cmp.Or(f.Label.In(lang), path)
}

func fieldNamed(fields []forms.Field, key string) (forms.Field, bool) {
	i := slices.IndexFunc(fields, func(f forms.Field) bool { return f.Key == key })
	if i < 0 {
		return forms.Field{}, false
	}
	return fields[i], true
}

// columnNamed looks in the table's columns and in those of its variants.
func columnNamed(table forms.Field, key string) (forms.Field, bool) {
	if f, ok := fieldNamed(table.Fields, key); ok {
		return f, true
	}
	for _, variant := range table.Variants {
		if f, ok := fieldNamed(variant.Fields, key); ok {
			return f, true
		}
	}
	return forms.Field{}, false
}

func (v vocabulary) Condition(src string) error {
	if _, done := v.kind.conditions[src]; done {
		return nil
	}
	p, err := v.kind.form.Expr(src)
	if err == nil {
		v.kind.conditions[src] = p
	}
	return err
}

// Role accepts any role: who holds it, and whether anybody does, is known only
// from the directory and is for Check to say. It is noted as one that is needed.
func (v vocabulary) Role(module, role string) bool {
	if module == "" {
		module = v.kind.Module
	}
	if v.kind.roles == nil {
		v.kind.roles = map[string]bool{}
	}
	v.kind.roles[module+"/"+role] = true
	return role != ""
}

func (v vocabulary) Deadline(term string) error {
	_, err := calendar.ParseTerm(term)
	return err
}

func (v vocabulary) ChildType(key string) bool { return v.childType(key) }
