package officertest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
	"github.com/ismskit/ismskit/workflow"
)

// The officer lets a board of three posts decide by weight, in which the deputy's voice counts
// twice, and says who may grant it more time: all of it on the page of the step, which says what
// the weights come to, and the file that comes out says the same when it is read in again.
func TestAnOfficerWeighsABoardAndSaysWhoGrantsMoreTime(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, officerOf(t, h))
	at := "/flows/account_request/draft/node"
	officer.Post("/flows/account_request/begin").Says(t, http.StatusOK)
	node := officer.Get(at+"?path=root.sequence[1]").Says(t, http.StatusOK, `value="y"`, ">依權重<", "可申請展期")
	chosen := officer.Post(at, append(fills(t, node, "need", "weighted", "who.1.way", "post", "extend", "true"), "do", "refresh")...).Says(t, http.StatusOK, "各人員或職務的權重", "展期核定人員")

	// Whoever would be weighed in two rows, or nobody, is refused where he stands.
	board := append(fills(t, chosen, "need_n", "3", "weights.1.weighed_post", "T02", "weights.1.weight_n", "2", "who.1.of", ""), "who.1.posts", "T02", "who.1.posts", "T04", "who.1.posts", "T07")
	officer.Post(at, append(board, "weights.2.weighed_post", "T02", "weights.2.weight_n", "1", "weights.3.weight_n", "5")...).
		Says(t, http.StatusUnprocessableEntity, `href="#f-weights.2.weighed_post"`, "已列於前面", `href="#f-weights.3.weighed_post"`, "請填寫職務或人員", `value="5"`)

	board = append(board, "weights.2.weighed_post", "T04", "weights.2.weight_n", "1",
		"extend_max", "2", "each_n", "1", "each_unit", "m", "total_n", "1", "total_unit", "y",
		"tiers.1.way", "unit_head", "tiers.1.of", "applicant", "tiers.1.up_to_n", "5", "tiers.1.up_to_unit", "wd",
		"tiers.2.way", "post", "tiers.2.posts", "T01", "due_n", "1", "due_unit", "y")
	officer.Post(at, append(board, "do", "refresh")...).Says(t, http.StatusOK, `id="f-weights_sum">3<`, `id="f-weights_share">100 %<`)
	draft := officer.Post(at, board...).Says(t, http.StatusOK, "已存入草稿", "權重合計 3 以上", "副局長 2、主任秘書 1",
		"至多 2 次，每次至多 1 個月，合計至多 1 年；合計 5 個工作天以內由申請人的單位主管核定；由局長核定", "到此關卡起 1 年").Not(t, "處須修正")

	file := officer.Get("/flows/account_request/draft/export").Says(t, http.StatusOK)
	flow, err := workflow.ParseFlow([]byte(file.Text))
	if err != nil {
		t.Fatal(err)
	}
	step := flow.Root.Sequence[1].Step
	if step.Need.Weights["T02"] != 2 || step.Need.Weights["T04"] != 1 || len(step.Extend.Tiers) != 2 || step.Extend.Tiers[0].UpTo != "5wd" || step.Extend.Total != "1y" {
		t.Errorf("the file says %s", file.Text)
	}
	officer.Send("/flows/account_request/draft/import", "flow.json", file.Text, draft.With()...).Says(t, http.StatusOK, "已匯入草稿", "副局長 2、主任秘書 1")
	if again := officer.Get("/flows/account_request/draft/export"); again.Text != file.Text {
		t.Error("the file comes out another")
	}
	// More than they come to can't be needed.
	node = officer.Get(at+"?path=root.sequence[1]").Says(t, http.StatusOK, `id="f-weights_share">100 %<`)
	officer.Post(at, fills(t, node, "need_n", "9")...).Says(t, http.StatusOK, "須修正", "需權重合計 9")
}

// A result of handling that is offered under a condition, and asks for more under another, is
// made on the page of its step.
func TestAnOfficerSaysWhenAResultIsOffered(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, officerOf(t, h))
	at := "/flows/account_request_row/draft/node"
	officer.Post("/flows/account_request_row/begin").Says(t, http.StatusOK)
	d, path := officer.Get("/flows/account_request_row/draft/export"), "root"
	flow, err := workflow.ParseFlow([]byte(d.Text))
	if err != nil {
		t.Fatal(err)
	}
	var find func(n workflow.Node, at string)
	find = func(n workflow.Node, at string) {
		if n.Step != nil && len(n.Step.Results) > 0 {
			path = at
		}
		for i, below := range n.Below() {
			find(below, at+n.Into(i))
		}
	}
	find(flow.Root, path)
	node := officer.Get(at+"?path="+path).Says(t, http.StatusOK, "結果的條件", "才可選此結果", `value="empty(account)"`)
	next := strings.Count(node.Text, `name="results.`) // no row has that number yet
	if next == 0 {
		t.Fatal("no results")
	}
	row := func(table string, n string, pairs ...string) []string {
		var out []string
		for i := 0; i+1 < len(pairs); i += 2 {
			out = append(out, table+"."+n+"."+pairs[i], pairs[i+1])
		}
		return out
	}
	officer.Post(at, append(fills(t, node), row("results", "90", "text_zh", "已轉由他處辦理", "result_key", "passed")...)...).Says(t, http.StatusOK, "已存入草稿", "已轉由他處辦理")
	node = officer.Get(at+"?path="+path).Says(t, http.StatusOK, `value="passed"`)
	officer.Post(at, append(fills(t, node), row("result_if", "90", "if_what", "offered", "if_when", "op == 'delete'")...)...).
		Says(t, http.StatusUnprocessableEntity, "請選擇結果", `op == &#39;delete&#39;`)
	kept := officer.Post(at, append(append(fills(t, node), row("result_if", "90", "if_result", "passed", "if_what", "offered", "if_when", "op == 'delete'")...),
		row("result_if", "91", "if_result", "passed", "if_what", "requires", "if_when", "empty(account)", "if_fields", "account")...)...)
	kept.Says(t, http.StatusOK, "已存入草稿", "已轉由他處辦理（限").Not(t, "處須修正")
	file := officer.Get("/flows/account_request_row/draft/export")
	file.Says(t, http.StatusOK, `"key": "passed"`, "op == 'delete'")
}

// Whoever adds a branch chooses field, comparison and value, and is shown the expression and what
// it says; what he has not chosen to its end is refused with all that he typed, and by hand he
// can write what he likes.
func TestAnOfficerMakesAConditionByChoosing(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, officerOf(t, h))
	at := "/flows/account_request/draft/node"
	draft := officer.Post("/flows/account_request/begin").Says(t, http.StatusOK)
	node := officer.Post("/flows/account_request/draft", draft.With("path", "root.sequence[1]", "do", "after:choice")...).
		Says(t, http.StatusOK, "以選單設定條件：欄位", "可用的欄位與選項代號", "（emergency）", ">緊急補單<", `name="cases.1.when"`, `value="build:cases.1.when"`)
	chosen := officer.Post(at, append(fills(t, node, "cases.1.when_field", "emergency", "cases.1.because_zh", "緊急者先會資安"), "do", "refresh")...).
		Says(t, http.StatusOK, `value="one_of"`, `value="filled"`, `value="emergency=true"`)
	chosen.Not(t, `value="gt"`, `value="has"`, `value="op=`)

	// Halfway it is neither built nor kept.
	half := append(fills(t, chosen, "cases.1.when_op", "one_of"), "do", "build:cases.1.when")
	officer.Post(at, half...).Says(t, http.StatusOK, `id="f-cases.1.when_option-error">請勾選至少一個選項`, `value="緊急者先會資安"`)
	officer.Post(at, fills(t, chosen, "cases.1.when_op", "one_of")...).Says(t, http.StatusUnprocessableEntity, `href="#f-cases.1.when_option"`, `value="緊急者先會資安"`)

	built := officer.Post(at, append(fills(t, chosen, "cases.1.when_op", "one_of", "cases.1.when_option", "emergency=true"), "do", "build:cases.1.when")...)
	built.Says(t, http.StatusOK, `name="cases.1.when" value="emergency == true"`, "即：「緊急補單」為「是」", `value="緊急者先會資安"`).Not(t, "field__error")
	if sent := sentAlong(t, built); sent.Get("cases.1.when_field") != "" || sent.Get("cases.1.when_op") != "" {
		t.Errorf("what was chosen stands there still: %v", sent)
	}
	// A second one has to be put to it in a way that is said; then saving alone builds it.
	second := []string{"cases.1.when_field", "reason", "cases.1.when_op", "empty"}
	officer.Post(at, fills(t, built, second...)...).Says(t, http.StatusUnprocessableEntity, `id="f-cases.1.when_join-error">已有條件`, `value="emergency == true"`)
	officer.Post(at, fills(t, built, append(second, "cases.1.when_join", "and")...)...).
		Says(t, http.StatusOK, "已存入草稿", "且「", "為「是」", "緊急者先會資安")
	officer.Get("/flows/account_request/draft/export").Says(t, http.StatusOK, "emergency == true and empty(reason)")

	node = officer.Get(at+"?id=choice1").Says(t, http.StatusOK, `value="emergency == true and empty(reason)"`)
	officer.Post(at, fills(t, node, "cases.1.when", "emergency == (")...).Says(t, http.StatusOK, "已存入草稿", "處須修正")
	officer.Get(at+"?id=choice1").Says(t, http.StatusOK, `value="emergency == ("`, `id="f-cases.1.when-error">條件`)
}

// What a house may decide of the form itself stands with the settings of its flow: in words, with
// what it was, and published with it. When a case is numbered is not asked where its number may
// be reserved for paper.
func TestAnOfficerDecidesHowLongACorrectionMayTake(t *testing.T) {
	h := webtest.OpenHouse(t)
	officer := h.As(t, officerOf(t, h))
	settings := "/flows/account_request/draft/settings"
	officer.Post("/flows/account_request/begin").Says(t, http.StatusOK)
	form := officer.Get(settings).Says(t, http.StatusOK, "退回補正期限", "行事曆改版時").Not(t, `name="number_at"`)
	officer.Post(settings, fills(t, form, "correct", "term", "correct_n", "0", "keep_deadlines", "keep")...).Says(t, http.StatusUnprocessableEntity, `href="#f-correct_n"`)
	draft := officer.Post(settings, fills(t, form, "correct", "term", "correct_n", "2", "correct_unit", "wd", "keep_deadlines", "keep")...)
	draft.Says(t, http.StatusOK, "2 個工作天內", "第 12 版為：5 個工作天內", "辦理中案件維持原期限", "第 12 版為：辦理中案件的期限依新行事曆重算").Not(t, "處須修正")

	// A file of a flow says nothing of them, and leaves them.
	file := officer.Get("/flows/account_request/draft/export")
	draft = officer.Send("/flows/account_request/draft/import", "flow.json", file.Text, draft.With()...).Says(t, http.StatusOK, "辦理中案件維持原期限")
	officer.Post("/flows/account_request/draft/publish", draft.With("reason", "補正期限改為 2 個工作天")...).Says(t, http.StatusOK, "已發布並採用第 12-1 版", "2 個工作天內", "辦理中案件維持原期限")
	officer.Get("/flows/account_request?version=12").Says(t, http.StatusOK, "辦理中案件的期限依新行事曆重算")
	officer.Get("/flows/account_request?lang=en").Says(t, http.StatusOK, "open deadlines stay as they are")
}
