package catalog

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/workflow"
)

// unitsAlone is another server of the office, whose lists for disposal know nobody who agrees but the heads
// of the units whose records they list, as those of an earlier version did.
func (o *office) unitsAlone() {
	o.Helper()
	cfg := demoConfig(o.T, o.l.cfg.Store)
	cfg.Rights.ManageDocs, cfg.Rights.ManageRecords = []string{"documents/document_controller"}, []string{"records/records_manager"}
	cfg.Rights.ReadAll = []string{"records/reads_all"}
	cfg.Blobs, cfg.Now, cfg.Notifier = o.l.blobs, o.clock.Now, o.mails
	at := slices.IndexFunc(cfg.Types, func(t ismskit.Type) bool { return t.Key == TypeDisposal })
	b, err := json.Marshal(cfg.Types[at])
	must(o, err)
	cfg.Types[at], err = ismskit.ParseType([]byte(strings.ReplaceAll(string(b), `"version":"4"`, `"version":"5"`)))
	must(o, err)
	step := cfg.Types[at].Flow.Root.Sequence[0].Step
	step.Who = step.Who[:1]
	o.kit, err = ismskit.New(cfg)
	must(o, err)
	must(o, o.kit.Start(o.ctx))
}

// K14: records of no unit are agreed to by the unit that made the list: its head is told why he is asked and
// reads what each record is called, though he reads none of them in the archive. Where a list knows no way but
// the units of its records, the one that made it stands there as theirs.
func TestK14RecordsOfNoUnitAreAgreedToByTheUnitThatListsThem(t *testing.T) {
	for _, alone := range []bool{false, true} {
		everywhere(t, func(t *testing.T, o *office) {
			if alone {
				o.unitsAlone()
			}
			o.holders("records.reads_all", "P09")
			in := papers(
				map[string]string{"what": "執行紀錄", "number": "稽-108-01", "subject": "稽核報告甲", "category": "稽核／內部稽核", "kind": "報告", "dated": "108.11.20", "people": "涂正宏", "only": "是"},
			)
			r := o.takeIn("P07", o.handIn("P07", in))
			o.enters("P07", register.RetentionRules, "K02", forms.Values{"name": "執行紀錄", "applies": "filing", "keep": "months", "n": int64(1)})
			list, err := o.disposing("P07", r.Lines[0].Record)
			must(t, err)
			must(t, o.kit.RunUntil(o.ctx, o.clock.Now()))
			view, err := o.kit.Case(o.ctx, o.as("P07"), list.Case)
			must(t, err)
			head := view.Flow.Tasks[0].Holder.Named[0].Person
			if slices.Contains(o.reading(r.Lines[0].Record), head) {
				t.Fatalf("%s reads the record anyhow", head)
			}
			view, err = o.kit.Case(o.ctx, o.as(head), list.Case)
			must(t, err)
			rows, _ := view.Fields["lines"].([]forms.Row)
			if len(rows) != 1 || rows[0]["subject"] != "稽核報告甲" || (rows[0]["unit"] != nil) != alone {
				t.Errorf("%s, who is to agree, reads %v", head, rows)
			}
			if len(view.Mine) != 1 || strings.Contains(view.Mine[0].Why.In("zh-TW"), "未載明單位") == alone {
				t.Errorf("and is told %+v", view.Mine)
			}
			o.act(head, list.Case, ismskit.Action{Verb: workflow.VerbApprove})
			view, err = o.kit.Case(o.ctx, o.as(head), list.Case)
			must(t, err)
			if rows, _ = view.Fields["lines"].([]forms.Row); rows[0]["subject"] != "稽核報告甲" {
				t.Errorf("once he agreed: %v", rows)
			}
			o.act("P02", list.Case, ismskit.Action{Verb: workflow.VerbApprove})
			if !o.gone(strings.TrimPrefix(r.Lines[0].Record, "case/")) {
				t.Error("it is not disposed of")
			}
			if says := saidOf(o.handIn("P07", in)); !strings.Contains(says, "3 known") || !strings.Contains(says, "已依銷毀清冊銷毀") {
				t.Errorf("sent in again:\n%s", says)
			}
		})
	}
}
