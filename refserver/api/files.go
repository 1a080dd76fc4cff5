package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/answer"
)

// File is an uploaded file as a form names it: it goes into a field's value as it
// is.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	Digest string `json:"digest" doc:"SHA-256 in lower-case hexadecimal."`
	Type   string `json:"type" doc:"The media type, told by the content."`
}

func fileView(f forms.File) File {
	return File{Name: f.Name, Size: f.Size, Digest: f.Digest, Type: f.MediaType}
}

// multipartRoom is what a multipart body may have around its file.
const multipartRoom = 64 << 10

// upload streams the body: it is never held in memory.
type upload struct {
	Name    string `query:"name" maxLength:"400" doc:"The file's name, where the body is the file itself."`
	Type    string `query:"type" maxLength:"100" doc:"The form type it is for: with field, what that field would not take is refused at once."`
	Field   string `query:"field" maxLength:"200" doc:"The field it is for, or lines.proof for a column."`
	request *http.Request
}

// Resolve keeps the request for the handler.
func (u *upload) Resolve(ctx huma.Context) []error {
	u.request = note(ctx.Context()).remote
	return nil
}

type uploadAnswer struct {
	Body File
}

// download is a file on its way out.
type download struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Options     string `header:"X-Content-Type-Options"`
	Body        func(huma.Context)
}

func (a *API) fileOperations() {
	add(a, operation{id: "upload-file", method: http.MethodPost, path: "/files", tag: "files", created: true,
		summary: "Upload a file, to be named in a form", refusals: []int{s404}},
		a.upload)
	a.describeUpload()
	add(a, operation{id: "get-case-file", method: http.MethodGet, path: "/cases/{id}/files/{digest}", tag: "files",
		summary: "Download a file of a case", refusals: []int{s404}}, a.caseFile, answersFile)
}

// describeUpload describes a body that the library must not read: it is streamed. Its
// kind is told by what it holds, so the media types are those of the ways to send it.
func (a *API) describeUpload() {
	a.huma.OpenAPI().Paths["/api/v1/files"].Post.RequestBody = fileBody()
}

// fileBody describes a body that is a file, by itself or as the part called file.
func fileBody() *huma.RequestBody {
	binary := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: binary},
		"multipart/form-data": {Schema: &huma.Schema{
			Type: huma.TypeObject, Properties: map[string]*huma.Schema{"file": binary}, Required: []string{"file"},
		}},
	}}
}

// answersFile describes an answer that is a file, under the kind that its content is of.
func answersFile(op *huma.Operation) { answersBytes(op, "*/*") }

func answersBytes(op *huma.Operation, kind string) {
	op.Responses["200"] = &huma.Response{Description: "The file", Content: map[string]*huma.MediaType{
		kind: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}
}

func (a *API) upload(ctx context.Context, in *upload) (*uploadAnswer, error) {
	name, body, err := uploaded(in.request, in.Name)
	if err != nil {
		return nil, err
	}
	var f forms.File
	if in.Type == "" && in.Field == "" {
		f, err = a.kit.Files().Upload(ctx, actor(ctx), name, &faithful{r: body})
	} else {
		f, err = a.kit.Files().UploadFor(ctx, actor(ctx), in.Type, in.Field, name, &faithful{r: body})
	}
	if err != nil {
		return nil, err
	}
	return &uploadAnswer{Body: fileView(f)}, nil
}

// uploaded finds the file in a body: the body itself, or the part called file.
func uploaded(r *http.Request, name string) (string, io.Reader, error) {
	parts, err := partsOf(r)
	if err != nil {
		return "", nil, err
	}
	if parts == nil {
		return name, r.Body, nil
	}
	for {
		part, err := parts.NextPart()
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			return "", nil, err
		}
		if err != nil {
			return "", nil, errors.Join(errCutOff, err)
		}
		if part.FormName() == "file" {
			return part.FileName(), part, nil
		}
	}
}

// partsOf are the parts of a body that is a form; nil where it is the file itself.
func partsOf(r *http.Request) (*multipart.Reader, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/octet-stream" && kind != "multipart/form-data" {
		return nil, errMediaType
	}
	if kind == "application/octet-stream" {
		return nil, nil
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, errors.Join(errMediaType, err)
	}
	return parts, nil
}

// faithful tells an upload that was cut off from one that the Kit or its stores
// could not take.
type faithful struct{ r io.Reader }

// Read implements io.Reader.
func (f *faithful) Read(b []byte) (int, error) {
	n, err := f.r.Read(b)
	if err == nil || err == io.EOF {
		return n, err
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return n, ismskit.ErrTooLarge // the body is cut behind the largest file
	}
	return n, errors.Join(errCutOff, err)
}

type caseFilePath struct {
	ID     string `path:"id" maxLength:"100"`
	Digest string `path:"digest" pattern:"^[0-9a-f]{64}$"`
}

func (a *API) caseFile(ctx context.Context, in *caseFilePath) (*download, error) {
	f, r, err := a.kit.Files().Open(ctx, actor(ctx), in.ID, in.Digest)
	if err != nil {
		return nil, err
	}
	return a.send(f.Name, f.MediaType, f.Size, r), nil
}

// send answers with a file, never to be shown by a browser as a page of ours.
func (a *API) send(name, mediaType string, size int64, body io.ReadCloser) *download {
	return &download{
		Type: mediaType, Options: "nosniff", Disposition: disposition(name),
		Body: func(ctx huma.Context) {
			if size > 0 {
				ctx.SetHeader("Content-Length", fmt.Sprint(size))
			}
			ctx.SetStatus(http.StatusOK)
			_, err := io.Copy(answer.To(ctx.BodyWriter()), body)
			if err = errors.Join(err, body.Close()); err != nil {
				// The head is out: all that can be done is not to let half a file
				// pass for a whole one.
				a.o.Log.Log(ctx.Context(), answer.Level(ctx.Context(), err), "download broken off", "incident", a.o.Incident(ctx.Context()), "error", err)
				panic(http.ErrAbortHandler)
			}
		},
	}
}

// disposition names a download in any script (RFC 6266), with a plain name for
// old clients.
func disposition(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\%/;`, r) {
			return '_'
		}
		return r
	}, name)
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, plain, strings.ReplaceAll(url.QueryEscape(name), "+", "%20"))
}
