package web_test

import "github.com/ismskit/ismskit/workflow"

// versatile is a form on whose way each verb has its place.
const versatile = `{"key":"way","version":"1","title":{"zh-TW":"簽","en":"Memo"},"offered":true,"paper":true,"subject":"subject","number":{"pattern":"W-{roc}-{n:4}"},
	"form":{"key":"way","version":"1","title":{"zh-TW":"簽","en":"Memo"},"fields":[
		{"key":"subject","type":"text","label":{"zh-TW":"主旨","en":"Subject"},"required":true},
		{"key":"proof","type":"files","label":{"zh-TW":"佐證","en":"Proof"}}]},
	"flow":{"key":"way","version":"1","officers":[{"kind":"person","ids":["P04"]}],"registry":[{"kind":"person","ids":["P07"]}],"root":{"sequence":[
		{"step":{"id":"head","name":{"zh-TW":"審核","en":"Review"},"kind":"review","who":[{"kind":"person","ids":["P12"]}],"due":{"term":"3wd"},"return_to":["applicant"],
			"extend":{"max":2,"tiers":[{"who":[{"kind":"person","ids":["P06"]}]}]}}},
		{"step":{"id":"beside","name":{"zh-TW":"會辦","en":"Consultation"},"kind":"consult","who":[{"kind":"person","ids":["P10"]}],"due":{"term":"3wd"}}},
		{"step":{"id":"work","name":{"zh-TW":"處置","en":"Handling"},"kind":"handle","who":[{"kind":"person","ids":["P08","P18"]}],"need":{"kind":"any"},"due":{"term":"5wd"},
			"results":[{"key":"done","text":{"zh-TW":"已辦理","en":"Done"}}],"outside":{},"edit":["proof"],"on_unable":"continue"}},
		{"step":{"id":"chief","name":{"zh-TW":"核准","en":"Approval"},"kind":"approve","who":[{"kind":"person","ids":["P03"]}],"due":{"term":"3wd"}}},
		{"step":{"id":"sure","name":{"zh-TW":"確認","en":"Confirmation"},"kind":"confirm","who":[{"kind":"applicant"}],"due":{"term":"3wd"},"certificate":"later"}},
		{"step":{"id":"round","name":{"zh-TW":"傳閱","en":"Circulation"},"kind":"read","who":[{"kind":"person","ids":["P17"]}],"due":{"term":"3wd"}}}]}}}`

// deed is one verb done on the page of a case.
type deed struct {
	by     string
	verb   workflow.Verb
	button string   // what stands on its button
	entry  string   // what stands on the record afterwards
	fields []string // what is filled in beside the reason, which is why
	named  string   // whom it names
	file   string   // the control of a file that comes along
	why    string
	press  string // the button's value, where it is not the verb
}

// The people of the story: who reads everything and has no part in it, and who has nothing
// to do with it at all.
const (
	clerk, head, chief, officer, aside, boss, beside, worker, superior, circle = "P13", "P12", "P03", "P04", "P05", "P06", "P10", "P08", "P11", "P17"
	reader, stranger                                                           = "P09", "P16"
)

// stories are ways of cases on which every verb comes to its turn, each of a case that was
// just sent.
var stories = map[string][]deed{
	"to its end": {
		{by: head, verb: workflow.VerbReturn, button: "退回", entry: "退回", why: "請附報價"},
		{by: clerk, verb: workflow.VerbSubmit, button: "送出申請", entry: "補正後再送"},
		{by: clerk, verb: workflow.VerbUrge, button: "催辦", entry: "催辦"},
		{by: officer, verb: workflow.VerbChase, button: "稽催", entry: "稽催", why: "請於今日辦畢"},
		{by: clerk, verb: workflow.VerbComment, button: "附註", entry: "附註意見", why: "報價後補"},
		{by: clerk, verb: workflow.VerbCopy, button: "副知", entry: "副知", named: "賴思妤"},
		{by: aside, verb: workflow.VerbRead, button: "已閱副知", entry: "已閱副知"},

		// Asked first, given away, asked for an opinion, asked to sign afterwards, and not any more.
		{by: head, verb: workflow.VerbAddBefore, button: "先請他人簽，再回到我", entry: "先請他人簽，再回到我", named: "賴思妤"},
		{by: aside, verb: workflow.VerbApprove, button: "同意", entry: "同意"},
		{by: head, verb: workflow.VerbDelegate, button: "交辦", entry: "交辦", named: "賴思妤"},
		{by: aside, verb: workflow.VerbApprove, button: "辦畢", entry: "辦畢"},
		{by: head, verb: workflow.VerbConsult, button: "加會", entry: "加會", named: "賴思妤"},
		{by: aside, verb: workflow.VerbApprove, button: "送出會辦意見", entry: "附意見", why: "宜另購備品"},
		{by: head, verb: workflow.VerbAddAfter, button: "我簽後再送他人", entry: "我簽後再送他人", named: "賴思妤"},
		{by: head, verb: workflow.VerbRemoveSigner, button: "取消加簽", entry: "取消加簽"},
		{by: head, verb: workflow.VerbExtend, button: "申請展期", entry: "申請展期", fields: []string{"term", "2"}, why: "資料未齊"},
		{by: boss, verb: workflow.VerbApprove, button: "同意展期", entry: "同意展期"},

		// Signed, taken back; not his, assigned anew to begin afresh; a stand-in from the task.
		{by: head, verb: workflow.VerbApprove, button: "同意", entry: "同意"},
		{by: head, verb: workflow.VerbTakeBack, button: "取回", entry: "取回", why: "附件有誤"},
		{by: head, verb: workflow.VerbDecline, button: "退分", entry: "退分", why: "非本科業務"},
		{by: officer, verb: workflow.VerbReassign, button: "改分", entry: "改分", named: "范語彤", fields: []string{"afresh", "1"}, why: "仍由戶政科辦理"},
		{by: superior, verb: workflow.VerbAppoint, button: "指定代理人", entry: "指定代理人", named: "龔怡安", why: "股長公出"},
		{by: officer, verb: workflow.VerbSuspend, button: "停止計時", entry: "停止計時", why: "待法規解釋"},
		{by: officer, verb: workflow.VerbResume, button: "恢復計時", entry: "恢復計時", why: "已函復"},
		{by: head, verb: workflow.VerbApprove, button: "同意", entry: "同意"},
		{by: beside, verb: workflow.VerbApprove, button: "送出會辦意見", entry: "無意見"},

		// Of a shared task: taken, given back, carried out by an office outside.
		{by: worker, verb: workflow.VerbClaim, button: "簽收", entry: "簽收"},
		{by: worker, verb: workflow.VerbRelease, button: "退回共同待辦", entry: "退回共同待辦"},
		{by: worker, verb: workflow.VerbSendOut, button: "登錄外部送件", entry: "登錄外部送件", fields: []string{"outside.to", "市府資訊中心", "outside.how", "電子郵件", "outside.number", "115-1", "outside.sent", "115.11.23"}},
		{by: worker, verb: workflow.VerbAnswer, button: "登錄外部回復", entry: "登錄外部回復", fields: []string{"outside.reply", "已設定", "outside.replied", "115.11.23"}, file: "proof.file"},
		{by: worker, verb: workflow.VerbRecord, button: "登錄處置結果", entry: "登錄處置結果", fields: []string{"result", "done"}},

		{by: chief, verb: workflow.VerbApprove, button: "核准", entry: "核准"},
		{by: clerk, verb: workflow.VerbApprove, button: "先核章，之後補簽", entry: "確認", press: "approve:owe", fields: []string{"comment.owe", "憑證未攜帶"}},
		{by: officer, verb: workflow.VerbWaive, button: "免予補簽", entry: "免予補簽", why: "讀卡機停用"},
		{by: circle, verb: workflow.VerbApprove, button: "已閱", entry: "已閱"},
	},
	"refused in a review": {{by: head, verb: workflow.VerbReject, button: "不同意", entry: "不同意", why: "無預算"}},
	"withdrawn":           {{by: clerk, verb: workflow.VerbWithdraw, button: "撤案", entry: "撤案", why: "改以其他方式辦理"}},
	"declared void":       {{by: officer, verb: workflow.VerbVoid, button: "作廢", entry: "作廢", why: "重複申請"}},
	"gone on on paper":    {{by: officer, verb: workflow.VerbToPaper, button: "轉紙本續辦", entry: "轉紙本續辦", why: "機房停電"}},
	"not refused by an office": {
		{by: head, verb: workflow.VerbApprove, button: "同意", entry: "同意"},
		{by: beside, verb: workflow.VerbApprove, button: "送出會辦意見", entry: "無意見"},
		{by: worker, verb: workflow.VerbUnable, button: "無法辦理", entry: "無法辦理", why: "設備已報廢"},
		{by: chief, verb: workflow.VerbReject, button: "不予核准", entry: "不予核准", why: "另案辦理"},
	},
}
