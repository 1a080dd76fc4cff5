package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// sends posts a form as a browser does when it has files: a part for each control.
func (v *visitor) sends(path string, fields [][2]string, control, file string, size int) (int, string) {
	v.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	var err error
	for _, f := range fields {
		err = errors.Join(err, form.WriteField(f[0], f[1]))
	}
	if file != "" {
		part, partErr := form.CreateFormFile(control, file)
		if partErr != nil {
			v.Fatal(partErr)
		}
		_, writeErr := io.Copy(part, io.LimitReader(letters{}, int64(size)))
		err = errors.Join(err, writeErr)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		v.Fatal(err)
	}
	return v.sendsBody(path, form.FormDataContentType(), "", &body)
}

func (v *visitor) sendsBody(path, kind, token string, body io.Reader) (int, string) {
	v.Helper()
	request, err := http.NewRequest(http.MethodPost, v.url+path, body)
	if err != nil {
		v.Fatal(err)
	}
	request.Header.Set("Content-Type", kind)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	} else {
		request.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	response, err := v.client.Do(request)
	if err != nil {
		v.Fatal(err)
	}
	b, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		v.Fatal(err)
	}
	return response.StatusCode, string(b)
}

// letters is a text without end.
type letters struct{}

// Read implements io.Reader.
func (letters) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}

func (r *running) signedIn(login string) *visitor {
	r.Helper()
	v := r.visitor()
	if status := v.post("/login", url.Values{"login": {login}, "password": {demoPassword}}); status != http.StatusOK {
		r.Fatalf("sign-in of %s: %d", login, status)
	}
	return v
}

const (
	allowedFile = 5 << 20
	fieldsFile  = 10 << 20 // what the request's own field takes
	largestFile = 20 << 20
	tooLarge    = 25 << 20
)

// TestUploads: a file as large as its field or the Kit takes passes wherever files are
// taken; one too large is refused where it was chosen, with the limit, and nothing
// that was typed is lost. Afterwards none of them is left in the machine's temporary
// folder, taken or refused.
func TestUploads(t *testing.T) {
	data, passing := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", passing)
	r := begun(t, "-data", data)
	clerk := r.signedIn("qh150013")
	typed := [][2]string{{"subject", "已打好的主旨"}, {"reason", "已打好的事由"}}

	for _, size := range []int{allowedFile, fieldsFile} {
		status, page := clerk.sends("/apply/account_request", append(typed, [2]string{"do", "upload"}), "attachments.file", "通知.txt", size)
		if status != http.StatusOK || !strings.Contains(page, fmt.Sprintf(`name="attachments.0.size" value="%d"`, size)) || !strings.Contains(page, "已打好的主旨") {
			t.Errorf("%d bytes: %d\n%.600s", size, status, page)
		}
	}
	if page := clerk.shown("/apply/account_request"); !strings.Contains(page, `name="attachments.file" multiple accept=".pdf,.doc,.docx,`) {
		t.Error("the file dialog is not told which kinds the field takes")
	}
	for do, want := range map[string]int{"upload": http.StatusOK, "save": http.StatusUnprocessableEntity, "submit": http.StatusUnprocessableEntity} {
		status, page := clerk.sends("/apply/account_request", append(typed, [2]string{"do", do}), "attachments.file", "太大.txt", tooLarge)
		if status != want || strings.Contains(page, "attachments.0.size") {
			t.Errorf("%s with a file too large: %d, kept %v", do, status, strings.Contains(page, "attachments.0.size"))
		}
		for _, said := range []string{"「太大.txt」為 25 MB，每檔上限 10 MB", "已打好的主旨", "已打好的事由"} {
			if !strings.Contains(page, said) {
				t.Errorf("%s with a file too large: no %s", do, said)
			}
		}
	}

	controller := r.signedIn("qh110007")
	filed := [][2]string{{"number", "IS-09-100"}, {"title", "上傳測試"}, {"level", "3"}, {"class", "internal"}, {"version", "1.0"}, {"issued", "115.1.2"}, {"approval_way", "register"}, {"approval_no", "IS-04-001-115-0001"}, {"approver", "資通安全長"}}
	if status, page := controller.sends("/documents/new", filed, "file", "太大.txt", tooLarge); status != http.StatusUnprocessableEntity ||
		!strings.Contains(page, "「太大.txt」超過每檔上限 20 MB") || !strings.Contains(page, `value="上傳測試"`) {
		t.Errorf("a document too large: %d\n%.600s", status, page)
	}
	if status, page := controller.sends("/documents/new", filed, "file", "程序.txt", allowedFile); status != http.StatusOK || !strings.Contains(page, "IS-09-100") {
		t.Errorf("a document of 5 MB: %d\n%.600s", status, page)
	}

	token := r.token("qh150013", demoPassword)
	for size, want := range map[int]int{allowedFile: http.StatusCreated, largestFile: http.StatusCreated, tooLarge: http.StatusRequestEntityTooLarge} {
		status, body := clerk.sendsBody("/api/v1/files?name=a.txt", "application/octet-stream", token, io.LimitReader(letters{}, int64(size)))
		if status != want || status == http.StatusRequestEntityTooLarge && (!strings.Contains(body, `"code":"too_large"`) || !strings.Contains(body, "20 MB")) {
			t.Errorf("API, %d bytes: %d %.300s", size, status, body)
		}
	}
	// More than a page takes: the page says how much it takes, keeps what was typed, and
	// asks for the file again.
	status, page := clerk.sends("/apply/account_request", typed, "attachments.file", "影片.bin", filesRoom)
	for _, want := range []string{"送出的內容過大", "一次最多可送出 64 MB", "您填寫的文字都還在", "影片.bin", `type="file"`, `name="subject" value="已打好的主旨"`} {
		if status != http.StatusRequestEntityTooLarge || !strings.Contains(page, want) {
			t.Errorf("more than a page takes: %d, %q is missing\n%.900s", status, want, page)
		}
	}
	if status := clerk.post("/apply/account_request", url.Values{"reason": {strings.Repeat("x", formRoom)}}); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a text without files and without end: %d", status)
	}
	r.end()
	left, err := filepath.Glob(filepath.Join(passing, "multipart-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("%d uploads stayed in the temporary folder: %v %v", len(left), left, err)
	}
}

// control finds what a browser would send of a page: every control with its value.
var control = regexp.MustCompile(`<(?:input|select|textarea)[^>]* name="([^"]*)"(?:[^>]* value="([^"]*)")?`)

// TestAFormOfManyRows: fifty rows, three permissions each, are more parts than
// a form usually may have.
func TestAFormOfManyRows(t *testing.T) {
	r := begun(t, "-data", t.TempDir())
	clerk := r.signedIn("qh150013")
	rows := strings.Repeat("公文系統\t單位登記桌\t收發\t鍾明哲\t\t邱柏叡\t115.12.01 至 116.11.30\t備註\n", 50)
	status, page := clerk.sends("/apply/account_request", [][2]string{{"paste.lines", rows}, {"do", "paste:lines"}}, "", "", 0)
	if status != http.StatusOK {
		t.Fatalf("pasted: %d", status)
	}
	var all [][2]string
	for _, m := range control.FindAllStringSubmatch(page, -1) {
		if strings.HasPrefix(m[1], "lines.") {
			all = append(all, [2]string{m[1], m[2]})
		}
	}
	if len(all) < 1001 {
		t.Fatalf("only %d controls", len(all))
	}
	if status, page = clerk.sends("/apply/account_request", append(all, [2]string{"do", "refresh"}), "", "", 0); status != http.StatusOK || !strings.Contains(page, "50 列") {
		t.Errorf("%d controls: %d\n%.300s", len(all), status, page)
	}
	r.end()
}
