package forms

import (
	"fmt"
	"slices"
	"strings"
)

// Form is a compiled schema. It never changes and is safe for concurrent use.
type Form struct {
	schema Schema
	fields []*field
	byKey  map[string]*field
	order  []*field // fields and columns, each after those its conditions read
	rules  []rule
	limit  int
	names  map[string]string // every key, so that decoding needs no copies of them
	seed   string            // of the identities of new rows, "" where they are random
}

type rule struct {
	Rule
	when, then *Program
	rows       *Program // over the rows of a table
	at         *field   // the column at which its faults stand, nil for the first of fields
	part       string   // of that column's value
	today      bool
	fields     []*field
}

// Schema is the schema the form was compiled from. It must not be changed.
func (f *Form) Schema() Schema { return f.schema }

// Compile checks a schema and makes a Form of it. The error is a Problems with every mistake at once. The schema must not
// be changed afterwards.
func Compile(s Schema, t Types) (*Form, error) {
	var problems Problems
	r := Report{into: &problems}
	f := &Form{schema: s, byKey: map[string]*field{}, limit: s.MaxBytes}
	if f.limit == 0 {
		f.limit = DefaultMaxBytes
	}
	checkHead(s, r)
	f.fields = compileFields(s.Fields, "fields", nil, "", t, r)
	for _, fl := range f.fields {
		f.byKey[fl.Key] = fl
	}
	for _, fl := range f.all() {
		f.checkPlace(fl, r)
	}
	if len(problems) > 0 {
		return nil, problems // conditions are only looked at over fields that are sound
	}
	f.names = map[string]string{RowID: RowID}
	for _, fl := range f.all() {
		f.names[fl.Key] = fl.Key
	}
	f.compileConditions(r)
	f.compileRules(r)
	f.sort(r)
	if len(problems) > 0 {
		return nil, problems
	}
	return f, nil
}

func checkHead(s Schema, r Report) {
	if !validKey(s.Key) {
		r.At("key").Problem("key")
	}
	if s.Version == "" || len(s.Version) > 40 {
		r.At("version").Problem("version")
	}
	if s.Title.In("zh-TW") == "" {
		r.At("title").Problem("label_missing")
	}
	if s.MaxBytes < 0 || s.MaxBytes > MaxBytes {
		r.At("max_bytes").Problem("bound", "max", MaxBytes)
	}
	if len(s.Fields) == 0 {
		r.At("fields").Problem("fields_none")
	}
}

// all gives every field and every column, in the order of the form.
func (f *Form) all() []*field {
	var out []*field
	for _, fl := range f.fields {
		out = append(append(out, fl), fl.columns...)
	}
	return out
}

func compileFields(list []Field, member string, table *field, variant string, t Types, r Report) []*field {
	if len(list) > MaxFields {
		r.At(member).Problem("bound", "max", MaxFields)
		return nil
	}
	seen := map[string]bool{}
	var out []*field
	for i, def := range list {
		at := r.Index(member, i)
		fl := &field{Field: def, path: def.Key, at: at.path, table: table, variant: variant}
		if table != nil {
			fl.path = table.path + "." + def.Key
		}
		checkKey(def.Key, seen, at)
		if def.Label.In("zh-TW") == "" {
			at.At("label").Problem("label_missing")
		}
		fl.compileType(t, at)
		fl.settleShape()
		out = append(out, fl)
	}
	return out
}

func checkKey(key string, seen map[string]bool, r Report) {
	switch {
	case !validKey(key):
		r.At("key").Problem("key")
	case reserved(key):
		r.At("key").Problem("key_reserved", "key", key)
	case seen[key]:
		r.At("key").Problem("key_twice", "key", key)
	}
	seen[key] = true
}

const maxKey = 40

func validKey(s string) bool {
	if s == "" || len(s) > maxKey || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

func (fl *field) compileType(t Types, r Report) {
	if fl.Type == "table" {
		fl.isTable = true
		fl.compileTable(t, r)
		return
	}
	typ, known := t.byName[fl.Type]
	if !known {
		r.At("type").Problem("unknown_type", "type", fl.Type)
		return
	}
	fl.refuseForeign(r)
	fl.input = typ.Compile(fl.Field, r)
	fl.system = fl.Compute != "" || fl.Fact != nil || fl.Type == "serial"
	if fl.Compute != "" && !slices.Contains(computable, fl.Type) {
		r.At("compute").Problem("compute_not_for_type", "type", fl.Type)
	}
}

var computable = []string{"text", "long_text", "integer", "decimal", "boolean", "date", "computed"}

// refuseForeign reports rules that the field's type would silently not keep.
func (fl *field) refuseForeign(r Report) {
	foreign := func(member string, set bool, types ...string) {
		if set && !slices.Contains(types, fl.Type) && standardType(fl.Type) {
			r.At(member).Problem("rule_not_for_type", "rule", member, "type", fl.Type)
		}
	}
	dated := []string{"date", "year_month", "time", "date_time", "date_range", "year_month_range", "time_range", "date_time_range", "period"}
	bounded := append([]string{"integer", "decimal", "integer_range", "decimal_range", "computed"}, dated...)
	foreign("min", fl.Min != "", bounded...)
	foreign("max", fl.Max != "", bounded...)
	lengths := []string{"text", "long_text", "email", "url", "multi_choice", "refs", "persons", "files"}
	foreign("min_length", fl.MinLength != 0, lengths...)
	foreign("max_length", fl.MaxLength != 0, lengths...)
	foreign("pattern", fl.Pattern != "", "text", "long_text", "email", "url", "serial")
	foreign("options", len(fl.Options) > 0, "choice", "multi_choice", "checklist")
	foreign("options_from", fl.OptionsFrom != nil, "choice", "multi_choice")
	table := len(fl.Fields)+len(fl.Variants)+fl.MinRows+fl.MaxRows+len(fl.Unique) > 0 || fl.RowTitle+fl.VariantBy != ""
	foreign("fields", table)
}

func standardType(name string) bool {
	_, ok := StandardTypes().byName[name]
	return ok
}

// checkPlace reports what depends on the field's neighbours.
func (f *Form) checkPlace(fl *field, r Report) {
	at := Report{fl.at, r.into}
	if fl.Type == "serial" && fl.table != nil {
		at.At("type").Problem("serial_in_table")
	}
	if fl.Type == "serial" && fl.ShowIf != "" {
		at.At("show_if").Problem("serial_shown") // hidden by another answer it would be lost, and given anew
	}
	if fl.system && (fl.Required || fl.RequireIf != "") {
		at.At("required").Problem("system_required")
	}
	if fl.OptionsFrom != nil {
		f.checkOptionsFrom(fl, at.At("options_from"))
	}
	if fl.Fact != nil {
		f.checkFact(fl, at.At("fact"))
	}
}

func (f *Form) checkOptionsFrom(fl *field, r Report) {
	if need, rows := fl.OptionsFrom.Rows(); rows {
		if !validKey(need.List) {
			r.At("register").Problem("key")
		}
		return
	}
	from := f.beside(fl, fl.OptionsFrom.Of)
	switch {
	case from == nil:
		r.At("of").Problem("no_such_field", "key", fl.OptionsFrom.Of)
	case from.input == nil || from.Type != "ref" || listOf(from.input) != ownerList(fl.OptionsFrom.Register):
		r.At("of").Problem("options_from_ref", "register", fl.OptionsFrom.Register)
	}
	if !validKey(fl.OptionsFrom.List) {
		r.At("list").Problem("key")
	}
}

// beside finds the field that key means from where fl stands: a column of its table, or a field of the form.
func (f *Form) beside(fl *field, key string) *field {
	if fl.table != nil {
		if column := fl.table.column(key); column != nil {
			return column
		}
	}
	return f.byKey[key]
}

func (f *Form) compileConditions(r Report) {
	for _, fl := range f.all() {
		at := Report{fl.at, r.into}
		compile := func(member, source string, want Kind) *Program {
			if source == "" {
				return nil
			}
			return f.compileExpr(source, exprScope{table: fl.table, want: want}, at.At(member))
		}
		fl.show = compile("show_if", fl.ShowIf, KindBoolean)
		fl.require = compile("require_if", fl.RequireIf, KindBoolean)
		fl.compute = compile("compute", fl.Compute, fl.shaped.Kind)
	}
}

func (f *Form) compileRules(r Report) {
	seen := map[string]bool{}
	for i, def := range f.schema.Rules {
		at := r.Index("rules", i)
		checkKey(def.Key, seen, at)
		if def.Message.In("zh-TW") == "" {
			at.At("message").Problem("label_missing")
		}
		out := rule{Rule: def}
		scope := exprScope{today: true, want: KindBoolean}
		if def.When != "" {
			out.when = f.compileExpr(def.When, scope, at.At("when"))
		}
		if def.Rows != nil {
			out.rows = f.compileRowsIf(*def.Rows, at.At("rows"))
			out.at, out.part = f.rowsAt(*def.Rows, at.At("rows"))
		}
		if def.Then != "" || out.at == nil {
			out.then = f.compileExpr(def.Then, scope, at.At("then"))
		}
		for _, p := range []*Program{out.when, out.rows, out.then} {
			out.today = out.today || p != nil && p.today
		}
		if len(def.Fields) == 0 {
			at.At("fields").Problem("rule_fields")
		}
		for j, key := range def.Fields {
			fl := f.byKey[key]
			if fl == nil {
				at.Index("fields", j).Problem("no_such_field", "key", key)
			}
			out.fields = append(out.fields, fl)
		}
		f.rules = append(f.rules, out)
	}
}

func (f *Form) compileRowsIf(def RowsIf, r Report) *Program {
	table := f.byKey[def.Table]
	if table == nil || !table.isTable {
		r.At("table").Problem("no_such_field", "key", def.Table)
		return nil
	}
	return f.compileExpr(def.If, exprScope{table: table, today: true, want: KindBoolean}, r.At("if"))
}

// rowsAt is the column that a rule's faults stand at, and the part of its value.
func (f *Form) rowsAt(def RowsIf, r Report) (*field, string) {
	table := f.byKey[def.Table]
	if def.At == "" || table == nil || !table.isTable {
		return nil, ""
	}
	key, part, _ := strings.Cut(def.At, ".")
	column := table.column(key)
	if column == nil {
		r.At("at").Problem("no_such_field", "key", key)
		return nil, ""
	}
	if _, known := column.shape().Parts[part]; part != "" && !known {
		r.At("at").Problem("no_such_field", "key", def.At)
	}
	return column, part
}

// find gives the field or column at path ("reason", "lines.system").
func (f *Form) find(path string) *field {
	key, column, inTable := strings.Cut(path, ".")
	fl := f.byKey[key]
	if fl == nil || !inTable {
		return fl
	}
	return fl.column(column)
}

// String names form and version.
func (f *Form) String() string { return fmt.Sprintf("%s %s", f.schema.Key, f.schema.Version) }

// OfDocument is the OptionsFrom.Register of options that belong to a document: its clauses.
const OfDocument = "document"

// ownerList is the list of a reference to what owns options.
func ownerList(register string) string {
	if register == OfDocument {
		return OfDocument
	}
	return "register/" + register
}
