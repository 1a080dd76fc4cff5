package api_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

// A program that sends a picture whose end is missing is told so, at the field where it
// names one; the whole picture is taken.
func TestAFileWithoutItsEndIsRefused(t *testing.T) {
	s := open(t, inMemory(t))
	upload := func(query, content string) answer {
		return s.call("qh150013", "POST", "/files?name=photo.jpg"+query, []byte(content), "Content-Type", "application/octet-stream", "Accept-Language", "zh-TW")
	}
	const picture = "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xda\x00\x02abc\xff\xd9"
	cut := picture[:len(picture)-2]
	if said := upload("", "").refused(422, "empty").text("detail"); !strings.Contains(said, "是空的檔案") {
		t.Errorf("of an empty one: %s", said)
	}
	if said := upload("", cut).refused(422, "incomplete").text("detail"); !strings.HasPrefix(said, "「photo.jpg」不完整，檔案結尾缺漏") {
		t.Errorf("said %q", said)
	}
	wrong := upload("&type=account_request&field=attachments", cut).refused(422, "invalid")
	if wrong.text("errors", 0, "field") != "attachments" || wrong.text("errors", 0, "code") != "upload.incomplete" {
		t.Errorf("at the field: %s", wrong.raw)
	}
	if slip := upload("&field=attachments", picture).refused(422, "invalid"); slip.text("errors", 0, "field") != "type" || slip.text("errors", 0, "code") != "upload.no_type" {
		t.Errorf("a field without its form: %s", slip.raw)
	}
	if kind := upload("&type=account_request&field=attachments", picture).want(201).text("type"); kind != "image/jpeg" {
		t.Errorf("the whole picture is %s", kind)
	}
}

// The description names exactly the ways in which a file can be sent: each is taken, and
// another one is refused.
func TestTheDescriptionSaysHowAFileIsSent(t *testing.T) {
	s := open(t, inMemory(t))
	bodies := map[string]struct{ head, body string }{
		"application/octet-stream": {"application/octet-stream", "核准"},
		"multipart/form-data":      {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n核准\r\n--b--\r\n"},
		"image/png":                {"image/png", "核准"},
		"text/plain":               {"text/plain", "核准"},
		"nothing at all":           {"", "核准"},
	}
	described := s.manual.paths()["/api/v1/files"].(map[string]any)["post"].(map[string]any)["requestBody"].(map[string]any)["content"].(map[string]any)
	for kind := range described {
		if _, tried := bodies[kind]; !tried {
			t.Errorf("%s is described and nobody tries it", kind)
		}
	}
	var taken []string
	for kind, b := range bodies {
		if a := s.call("qh150013", "POST", "/files?name=a.txt", []byte(b.body), "Content-Type", b.head); a.status == 201 {
			taken = append(taken, kind)
		} else {
			a.refused(415, "media_type")
		}
	}
	for _, kind := range taken {
		if _, ok := described[kind]; !ok {
			t.Errorf("%s is taken and not described", kind)
		}
	}
	for kind := range described {
		if !slices.Contains(taken, kind) {
			t.Errorf("%s is described and not taken", kind)
		}
	}
}

// What somebody says can bring files, for whom no field is open: they stand in the trail, and are
// fetched by whoever reads the case and by nobody else.
func TestFilesComeWithAnAction(t *testing.T) {
	s := open(t, inMemory(t))
	id := s.sent("qh150013", line("S01", "folder_write", "P13", "qh150013"))
	file := func(login, name string) any {
		return s.call(login, "POST", "/files?name="+url.QueryEscape(name), []byte("內容："+name), "Content-Type", "application/octet-stream").want(201).body
	}
	s.act("qh150013", id, object{"verb": "comment", "comment": "調職令如附", "files": []any{file("qh150013", "調職令.txt"), file("qh150013", "說明.txt")}}).want(200)
	s.act("qh150011", id, object{"verb": "return", "comment": "請依附件修正", "files": []any{file("qh150011", "修正處.txt")}}).want(200)
	trail := s.call("qh150013", "GET", "/cases/"+id+"/trail", nil).want(200)
	if trail.text("entries", 1, "attached", 1, "name") != "說明.txt" || trail.text("entries", 2, "attached", 0, "name") != "修正處.txt" || trail.at("verified") != true {
		t.Errorf("the trail: %s", trail.raw)
	}
	c := s.call("qh150013", "GET", "/cases/"+id, nil).want(200)
	if all := c.at("files").([]any); len(all) != 3 || c.text("files", 2, "by") != "P11" || c.at("files", 2, "field") != "" {
		t.Errorf("the files: %v", c.at("files"))
	}
	digest := trail.text("entries", 2, "attached", 0, "digest")
	s.call("qh150013", "GET", "/cases/"+id+"/files/"+digest, nil).want(200)
	s.call("qh140010", "GET", "/cases/"+id+"/files/"+digest, nil).want(404)

	// Another's upload, and files with what says nothing.
	if wrong := s.act("qh150013", id, object{"verb": "comment", "comment": "如附", "files": []any{file("qh140010", "別人的.txt")}}).refused(422, "invalid"); wrong.text("errors", 0, "field") != "attached" || wrong.text("errors", 0, "code") != "attached.unknown" {
		t.Errorf("another's upload: %s", wrong.raw)
	}
	if wrong := s.act("qh150013", id, object{"verb": "withdraw", "comment": "不辦了", "files": []any{file("qh150013", "說明.txt")}}).refused(422, "invalid"); wrong.text("errors", 0, "code") != "attached.verb" {
		t.Errorf("with a withdrawal: %s", wrong.raw)
	}
}
