package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"

	"github.com/ismskit/ismskit/refserver/answer"
)

// download sends a file of a case to those who may read the case. It is always
// saved, never opened by the browser: an upload is somebody else's content.
func (p *Pages) download(w http.ResponseWriter, r *http.Request) {
	file, body, err := p.kit.Files().Open(r.Context(), p.actor(r), r.PathValue("id"), r.PathValue("digest"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	head := w.Header()
	head.Set("Content-Type", "application/octet-stream")
	head.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	head.Set("Content-Length", strconv.FormatInt(file.Size, 10))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	head.Set("Cache-Control", "private, no-store")
	_, copyErr := io.Copy(answer.To(w), body)
	if err := errors.Join(copyErr, body.Close()); err != nil {
		p.renderer.logQuietly(r.Context(), "download", err)
	}
}
