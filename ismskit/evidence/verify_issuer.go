package evidence

import "encoding/json"

// issuer is the chain of the case by which an entry of a document's chain filed a version, in
// trails of before such entries named the files of their version: what that case's own trail
// names is proved by it. An entry that names files proves those and no others, and a case that
// the entry doesn't name proves nothing: any file can be attached to some case. Of the case that
// it does name this holds too for what was attached after the issue, and for the files of its
// other versions: such a trail doesn't say which of them it was.
func issuer(content []byte) []string {
	var e map[string]any
	if json.Unmarshal(content, &e) != nil || e["verb"] != "file" || e["files"] != nil {
		return nil
	}
	via, _ := e["via"].(string)
	return []string{via}
}

// kindDisposes is what an entry does that takes the content of those before it away (銷毀). What it
// says names the list that it was approved with.
const kindDisposes = "dispose"

// commentIn is what somebody said with an entry.
func commentIn(content []byte) string {
	var e struct {
		Comment string `json:"comment"`
	}
	if json.Unmarshal(content, &e) != nil {
		return ""
	}
	return e.Comment
}
