package hook

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/schema"
)

// The death of a process is played with a real one: the test program runs itself again with
// this variable set, in the folder it names.
const (
	killFolder = "LIENKET_HOOK_KILL"
	killHow    = "LIENKET_HOOK_KILL_HOW"
)

func openFolder(t *testing.T, dir string) *db.DB {
	d, err := db.Open(context.Background(), dir)
	must(t, err)
	must(t, schema.Migrate(context.Background(), d))
	return d
}

// TestKill_Child is the process that dies; alone it does nothing.
func TestKill_Child(t *testing.T) {
	dir := os.Getenv(killFolder)
	if dir == "" {
		t.Skip("runs as a child only")
	}
	k := newKit(t, openFolder(t, dir), nil)
	if os.Getenv(killHow) == "working" {
		must(t, k.Queue.Start(t.Context()))
	}
	k.emit(entry(EntryAdded))
	if os.Getenv(killHow) == "committed" {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	select {} // the receiver kills it
}

// TestKill_BetweenCommitAndDelivery: the next process delivers what the dead one committed,
// once, under the id that is in the database.
func TestKill_BetweenCommitAndDelivery(t *testing.T) {
	r := newReceiver(t, nil)
	k, id := killed(t, r, "committed", nil)
	if n := len(r.got()); n != 0 {
		t.Fatalf("%d requests before anybody worked", n)
	}
	must(t, k.Queue.Start(t.Context()))
	eventually(t, "the delivery", func() bool { return k.list(id)[0].State == Delivered })
	must(t, k.Queue.Stop(context.Background()))
	d, all := k.list(id), r.got()
	if len(d) != 1 || len(all) != 1 || all[0].id != d[0].Event || d[0].Tries != 1 {
		t.Errorf("%d requests (%s), %+v", len(all), words(all), d)
	}
}

// TestKill_BetweenDeliveryAndItsNote: what the dead process had posted, but not noted, comes
// once more under the same id, so that the receiver knows it.
func TestKill_BetweenDeliveryAndItsNote(t *testing.T) {
	child, died := make(chan *os.Process, 1), make(chan bool)
	r := newReceiver(t, func(w http.ResponseWriter, n int) {
		if n == 1 {
			_ = (<-child).Kill()
			<-died
		}
		w.WriteHeader(http.StatusOK)
	})
	k, id := killed(t, r, "working", func(p *os.Process) { child <- p }, died)
	must(t, k.Queue.Start(t.Context()))
	eventually(t, "the delivery", func() bool { return k.list(id)[0].State == Delivered })
	must(t, k.Queue.Stop(context.Background()))
	d, all := k.list(id), r.got()
	if len(d) != 1 || len(all) != 2 || all[0].id != all[1].id || all[0].id != d[0].Event || string(all[0].body) != string(all[1].body) {
		t.Errorf("%d requests (%s), %+v", len(all), words(all), d)
	}
}

// killed makes a subscription in a folder, lets a child emit there and die, and opens the
// folder again.
func killed(t *testing.T, r *receiver, how string, started func(*os.Process), died ...chan bool) (*kit, int64) {
	dir := t.TempDir()
	d := openFolder(t, dir)
	k := newKit(t, d, nil)
	id, _ := k.subscribe(k.account("lan", auth.Officer, "", 0), r)
	must(t, d.Close())
	cmd := exec.Command(os.Args[0], "-test.run", "^TestKill_Child$", "-test.timeout", "60s")
	cmd.Env = append(os.Environ(), killFolder+"="+dir, killHow+"="+how)
	pem := t.TempDir() + "/roots.pem"
	must(t, os.WriteFile(pem, certPEM(r), 0o600))
	cmd.Env = append(cmd.Env, killRoots+"="+pem)
	must(t, cmd.Start())
	if started != nil {
		started(cmd.Process)
	}
	timer := time.AfterFunc(40*time.Second, func() { _ = cmd.Process.Kill() })
	err := cmd.Wait()
	timer.Stop()
	for _, c := range died {
		close(c)
	}
	if err == nil {
		t.Fatal("the child did not die")
	}
	if s, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || s.Signal() != syscall.SIGKILL {
		t.Fatalf("the child ended otherwise: %s", strconv.Quote(cmd.ProcessState.String()))
	}
	d = openFolder(t, dir)
	t.Cleanup(func() { d.Close() })
	k2 := newKit(t, d, nil)
	k2.Roots = k.Roots
	return k2, id
}
