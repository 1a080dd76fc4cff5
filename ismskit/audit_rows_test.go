package ismskit_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/ismskit/register"
)

// tampering is what somebody does to the database, and how it is set back.
type tampering struct {
	what     string
	do, undo []statement
	want     string // code, case, chain and entry of the finding
}

type statement struct {
	query string
	args  []any
}

func run(queries ...string) []statement {
	var all []statement
	for _, q := range queries {
		all = append(all, statement{query: q})
	}
	return all
}

func set(table, column string, to any, where string) statement {
	return statement{"UPDATE " + table + " SET " + column + " = $1 WHERE " + where, []any{to}}
}

// found does each, looks whether it is found, and sets it back.
func (o tamperable) found(early []byte, all ...tampering) {
	o.t.Helper()
	for _, x := range all {
		for _, s := range x.do {
			o.sql(s.query, s.args...)
		}
		var got []string
		for _, f := range o.audit(early).Findings {
			got = append(got, fmt.Sprintf("%s %s%s %d", f.Code, f.Case, f.Chain, f.Seq))
		}
		if !slices.Contains(got, x.want) {
			o.t.Errorf("%s: %s is not found; found is %v", x.what, x.want, got)
		}
		for _, s := range x.undo {
			o.sql(s.query, s.args...)
		}
		if r := o.audit(early); !r.Holds() {
			o.t.Fatalf("%s, put right again: %v", x.what, r.Findings)
		}
	}
}

// K15: whoever changes what is stored of a case beside its fields, such as who applied, what
// it is about or how it ended, or what lists show of it, is found, and the case's own check
// says so.
func TestK15ACaseChangedInTheDatabaseIsFound(t *testing.T) {
	onBothDatabases(t, func(t *testing.T, o tamperable) {
		chain, number, early := o.signedCase()
		id := strings.TrimPrefix(chain, "case/")
		open := o.apply("P13", threeRows())
		o.settle()
		row, begun := o.stored(id), o.stored(open.Case)
		mine, its := "id = '"+id+"'", "id = '"+open.Case+"'"
		last := fmt.Sprintf("chain_row_false %s%s %d", number, chain, row.Head.Seq)
		was := func(column string, to, from any) tampering {
			return tampering{column, []statement{set("isms_cases", column, to, mine)}, []statement{set("isms_cases", column, from, mine)}, last}
		}
		o.found(early,
			was("subject", "改過的主旨", row.Subject),
			was("applicant_name", "別人", row.ApplicantName),
			was("applicant", "P05", row.Applicant),
			was("phase", "running", row.Phase),
			was("outcome", "rejected", row.Outcome),
			was("class", "confidential", row.Class),
			was("number", "IS-04-012-115-9999", row.Number),
			was("extra", slices.Concat(bytes.TrimSuffix(row.Extra, []byte("}")), []byte(`,"year":99}`)), row.Extra),
			tampering{"whose turn it is", []statement{set("isms_cases", "state", bytes.ReplaceAll(begun.State, []byte("P11"), []byte("P05")), its)},
				[]statement{set("isms_cases", "state", begun.State, its)},
				fmt.Sprintf("chain_row_false %scase/%s %d", begun.Number, open.Case, begun.Head.Seq)},
			tampering{"a case made up", run("INSERT INTO isms_cases SELECT 'made-up', revision, type, version, 'X-1', subject, class, phase, outcome, step, applicant, applicant_name, unit, unit_name, parent, parent_row, children, form_values, state, extra, 'case/made-up', 0, head_hash, created, submitted, changed, closed, due, writer FROM isms_cases WHERE " + mine),
				run("DELETE FROM isms_cases WHERE id = 'made-up'"), "chain_row_untold X-1case/made-up 0"},
			tampering{"when it is due", run("UPDATE isms_tasks SET due = due + 86400000000 WHERE case_id = '" + open.Case + "'"),
				run("UPDATE isms_tasks SET due = due - 86400000000 WHERE case_id = '" + open.Case + "'"),
				"chain_index_false " + begun.Number + "case/" + open.Case + " 0"},
			tampering{"to whom it comes", []statement{{"UPDATE isms_tasks SET holder = 'p:P99' WHERE case_id = '" + open.Case + "' AND holder = 'p:P11'", nil}},
				[]statement{{"UPDATE isms_tasks SET holder = 'p:P11' WHERE case_id = '" + open.Case + "' AND holder = 'p:P99'", nil}},
				"chain_index_false " + begun.Number + "case/" + open.Case + " 0"},
			tampering{"its year in the archive", run("UPDATE isms_records SET year = year - 1 WHERE id = 'case/" + id + "'"), run("UPDATE isms_records SET year = year + 1 WHERE id = 'case/" + id + "'"),
				"chain_index_false " + number + chain + " 0"},
			tampering{"who may read it", run("UPDATE isms_records SET acl = acl || 'x' WHERE id = 'case/" + id + "'"), run("UPDATE isms_records SET acl = substr(acl, 1, length(acl) - 1) WHERE id = 'case/" + id + "'"),
				"chain_index_false " + number + chain + " 0"},
			tampering{"whose it is in the archive", run("UPDATE isms_records SET body = replace(body, '鍾明哲', '別人') WHERE id = 'case/" + id + "'"),
				run("UPDATE isms_records SET body = replace(body, '別人', '鍾明哲') WHERE id = 'case/" + id + "'"),
				"chain_index_false " + number + chain + " 0"},
		)
		o.sql("UPDATE isms_cases SET subject = '改過的主旨' WHERE " + mine)
		faults, err := o.kit.Evidence().Verify(o.ctx, o.as("P13"), id)
		if err != nil || len(faults) != 1 || faults[0].Code != ismskit.RowFalse {
			t.Errorf("the case's own check: %v, %v", faults, err)
		}
		bundle := o.verifyBundle(o.export("P04", ismskit.Export{Cases: []string{id}}), early)
		if len(bundle.Findings) != 1 || bundle.Findings[0].Code != "stored_false" || bundle.Findings[0].Seq != row.Head.Seq {
			t.Errorf("a bundle made of it: %v", bundle.Findings)
		}
		o.sql("DELETE FROM isms_cases WHERE " + mine)
		whole := o.verifyBundle(o.export("P04", ismskit.Export{System: true}), early)
		if !slices.ContainsFunc(whole.Findings, func(f evidence.Finding) bool { return f.Code == "leaf_stray" && f.Chain == chain }) {
			t.Errorf("a bundle of everything says nothing of a case that is gone: %v", whole.Findings)
		}
		if said := whole.Text("zh-TW"); !strings.Contains(said, "檢查點的樹上有 案件 "+number+"（第 1 ") {
			t.Errorf("the bundle doesn't name it: %s", said)
		}
		o.finds(early, fmt.Sprintf("chain_row_missing %s %d", number, row.Head.Seq))
	})
}

// bodyOf is a list's row as the database has it, changed.
func bodyOf(t *testing.T, row register.Row, from, to string) string {
	t.Helper()
	if !strings.Contains(string(row.Values), from) {
		t.Fatalf("nothing to change in %s", row.Values)
	}
	row.Values = []byte(strings.ReplaceAll(string(row.Values), from, to))
	for i, key := range row.Keys {
		row.Keys[i] = strings.ReplaceAll(key, from, to)
	}
	b, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	if want := base64.StdEncoding.EncodeToString(row.Values); !strings.Contains(string(b), want) {
		t.Fatalf("%s is not %s", b, want)
	}
	return string(b)
}

// K15: whoever makes himself a head or an auditor in the database for an afternoon is found as
// long as it stands, and in the earlier states of a list also afterwards.
func TestK15AListChangedInTheDatabaseIsFound(t *testing.T) {
	onBothDatabases(t, func(t *testing.T, o tamperable) {
		_, _, early := o.signedCase()
		id := o.rows(register.Roles)[0].ID
		o.joins(id, "P05")
		role, history, err := o.kit.Registers().Get(o.ctx, ismskit.System("test"), register.Roles, id)
		if err != nil || role.Revision != 2 {
			t.Fatal(role, history, err)
		}
		member := memberOf(t, role)
		chain := "list/roles/" + role.ID
		where := "list = 'roles' AND id = '" + role.ID + "'"
		last := fmt.Sprintf("chain_row_false %s 2", chain)
		plain, err := json.Marshal(role)
		if err != nil {
			t.Fatal(err)
		}
		o.found(early,
			tampering{"now", []statement{set("isms_registers", "body", bodyOf(t, role, member, "P99"), where)},
				[]statement{set("isms_registers", "body", string(plain), where)}, last},
			tampering{"now and then", []statement{
				set("isms_registers", "body", bodyOf(t, role, member, "P99"), where), set("isms_register_history", "body", bodyOf(t, role, member, "P99"), where+" AND revision = 2"),
			}, []statement{
				set("isms_registers", "body", string(plain), where), set("isms_register_history", "body", string(plain), where+" AND revision = 2"),
			}, last},
			tampering{"back to what it was", run("UPDATE isms_registers SET revision = 1, body = (SELECT h.body FROM isms_register_history h WHERE h.list = 'roles' AND h.id = '" + id + "' AND h.revision = 1) WHERE " + where),
				[]statement{set("isms_registers", "body", string(plain), where), set("isms_registers", "revision", 2, where)}, "chain_row_missing " + chain + " 2"},
			tampering{"found by another key", run("UPDATE isms_register_keys SET id = 'P99' WHERE list = 'people' AND id = 'P13'"),
				run("UPDATE isms_register_keys SET id = 'P13' WHERE list = 'people' AND id = 'P99'"), "chain_index_false list/people/P13 0"},
			tampering{"found by a key of nobody", run("INSERT INTO isms_register_keys (list, key, id) VALUES ('roles', 'members.person=P10', '" + id + "')"),
				run("DELETE FROM isms_register_keys WHERE list = 'roles' AND key = 'members.person=P10' AND id = '" + id + "'"), "chain_index_false list/roles/" + id + " 0"},
			tampering{"its last state", run("DELETE FROM isms_register_history WHERE " + where + " AND revision = 2"),
				run("INSERT INTO isms_register_history SELECT list, id, revision, body FROM isms_registers WHERE " + where), "chain_row_missing " + chain + " 2"},
			tampering{"in force no more", run("UPDATE isms_registers SET valid_to = 1 WHERE list = 'people' AND id = 'P13'"),
				run("UPDATE isms_registers SET valid_to = 9223372036854775807 WHERE list = 'people' AND id = 'P13'"), "chain_index_false list/people/P13 0"},
			tampering{"made up", run("INSERT INTO isms_registers SELECT list, 'made-up', revision, valid_from, valid_to, folded, replace(body, '\"ID\":\"" + id + "\"', '\"ID\":\"made-up\"') FROM isms_registers WHERE " + where),
				run("DELETE FROM isms_registers WHERE id = 'made-up'"), "chain_row_untold list/roles/made-up 0"},
		)
		o.sql("DELETE FROM isms_registers WHERE " + where)
		o.finds(early, "chain_row_missing  2")
	})
}

// K1, K15: what document control says of a document, and of its versions.
func TestK15ADocumentChangedInTheDatabaseIsFound(t *testing.T) {
	onBothDatabases(t, func(t *testing.T, o tamperable) {
		id := o.file(ismskit.Filing{
			Document:  document.Document{Number: "IS-03-001", Title: map[string]string{"zh-TW": "備份作業說明書"}, Level: 3, Class: "internal"},
			Version:   document.Version{Label: "1.0", Issued: "2026-11-02", Reviser: "文管人員", Approver: "資訊室主任"},
			Duplicate: false,
		})
		_, _, early := o.signedCase()
		chain := "document/" + id
		o.found(early,
			tampering{"its title", run("UPDATE isms_documents SET body = replace(body, '備份', '備援') WHERE id = '" + id + "'"),
				run("UPDATE isms_documents SET body = replace(body, '備援', '備份') WHERE id = '" + id + "'"), "chain_row_false " + chain + " 1"},
			tampering{"when it was issued", run("UPDATE isms_document_versions SET body = replace(body, '2026-11-02', '2026-01-02') WHERE document = '" + id + "'"),
				run("UPDATE isms_document_versions SET body = replace(body, '2026-01-02', '2026-11-02') WHERE document = '" + id + "'"), "chain_row_false " + chain + " 1"},
			tampering{"found as retired", run("UPDATE isms_documents SET state = 'retired' WHERE id = '" + id + "'"),
				run("UPDATE isms_documents SET state = 'current' WHERE id = '" + id + "'"), "chain_index_false " + chain + " 1"},
		)
		faults := func() int {
			t.Helper()
			read, err := o.kit.Documents().Read(o.ctx, o.as("P13"), id, "")
			if err != nil || read.Check.Entries != 1 {
				t.Fatalf("%+v, %v", read.Check, err)
			}
			return len(read.Check.Faults)
		}
		if n := faults(); n != 0 {
			t.Errorf("its own check finds %d faults", n)
		}
		o.sql("UPDATE isms_document_versions SET body = replace(body, '2026-11-02', '2026-01-02') WHERE document = '" + id + "'")
		if n := faults(); n != 1 {
			t.Errorf("its own check finds %d faults of a changed one", n)
		}
		o.says(early, "文件 IS-03-001 備份作業說明書 目前儲存的資料與軌跡第 1 筆寫入的不同", "zh-TW")
		o.says(early, "What is stored of document IS-03-001 備份作業說明書 isn't what entry 1", "en")
		whole := o.verifyBundle(o.export("P04", ismskit.Export{System: true}), early)
		if !strings.Contains(whole.Text("zh-TW"), "文件 IS-03-001 備份作業說明書 在資料庫中儲存的資料與其軌跡第 1 筆寫入的不同") {
			t.Errorf("a bundle doesn't name the document: %s", whole.Text("zh-TW"))
		}
		o.sql("DELETE FROM isms_documents WHERE id = '" + id + "'")
		o.finds(early, "chain_row_missing  1")
		o.says(early, "文件 IS-03-001 的軌跡第 1 筆寫入的資料已不在資料庫中", "zh-TW")
	})
}

// memberOf is somebody who holds a role.
func memberOf(t *testing.T, role register.Row) string {
	t.Helper()
	for _, key := range role.Keys {
		if _, person, ok := strings.Cut(key, "=P"); ok {
			return "P" + person
		}
	}
	t.Fatalf("nobody holds %s: %v", role.ID, role.Keys)
	return ""
}

// says looks for words among what is found.
func (o tamperable) says(early []byte, want, lang string) {
	o.t.Helper()
	var got []string
	for _, f := range o.audit(early).Findings {
		got = append(got, f.Text(lang))
	}
	if !strings.Contains(strings.Join(got, "\n"), want) {
		o.t.Errorf("%q is not said; said is %q", want, got)
	}
}
