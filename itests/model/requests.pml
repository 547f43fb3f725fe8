/* Copyright the Ermine authors.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The life of requests to callback objects in one TEE context, as the request queue of the Qualcomm backend has it.
 *
 *   client  : calls an object and waits; may be interrupted while it waits
 *   supp    : receive -> (handler) -> send; may vanish idle, or with a request whose watchdog then answers it
 *   qtee    : lets the object go (asynchronous release)
 *   closer  : closes the context: at any time, when all handlers are gone, or when everybody is done
 *
 * A d_step or atomic is a critical section of the queue's lock or a compare-and-set of a request's word, of which
 * st[r], held[r] and copied[r] are parts; everything else interleaves. Arguments are copied outside the lock by who set
 * held[r], or moved the state to ANSWERING: that reaches from there to the next such step, where ownership is checked.
 * A client goes on when settled[c] is set, which is done by who makes its request done. Before it parks it says so in
 * sleeps[c] and looks once more; it is woken by permit[c] alone, as LockSupport has it.
 *
 * Size: NC clients, K calls each, NS supplicant threads; none or MAX_KILLS clients may be interrupted, none or
 * MAX_DEATHS threads may vanish.
 * More of the environment: DUP   each answer is sent twice
 *                          GUESS ids are answered that were never received
 *                          EAGER a request is answered by somebody else while it is being delivered
 *                          COPY  shared memory is copied for a request before it is answered
 * Seeded defects: BUG_*, NO_REAP, NO_GEN, NO_STATE_CHECK; see README.md.
 */
#ifndef NC
#define NC 2
#endif
#ifndef K
#define K 1
#endif
#ifndef NS
#define NS 2
#endif
#ifndef MAX_KILLS
#define MAX_KILLS NC               /* clients that may be interrupted */
#endif
#ifndef MAX_DEATHS
#define MAX_DEATHS NS              /* threads that may vanish */
#endif
#define NREQ (NC + 1)              /* a request per client, and the release notification of the object */
#define REL  NC
#define NID  (NC + NS + 1)
#define NONE 0
#define RESERVED 99

#define WAITS(s) (s == QUEUED || s == PROCESSING)
#ifdef BUG_CLOSE_SKIPS_PROCESSING
#define CLOSE_TAKES(x) (st[x] == QUEUED)
#else
#define CLOSE_TAKES(x) WAITS(st[x])
#endif
#ifdef BUG_LEAVE_WHILE_HELD
#define MAY_LEAVE(c) (!copied[c])
#elif defined(BUG_LEAVE_WHILE_COPIED)
#define MAY_LEAVE(c) (!held[c])
#else
#define MAY_LEAVE(c) (!held[c] && !copied[c])
#endif
#ifdef BUG_ANSWER_WHILE_HELD
#define MAY_ANSWER(r) true
#else
#define MAY_ANSWER(r) (!held[r] && !copied[r])
#endif
#ifdef BUG_FAIL_TWICE
#define MAY_FAIL(r) true
#else
#define MAY_FAIL(r) (st[r] == PROCESSING)
#endif
#ifdef BUG_SETTLED_WHILE_HELD
#define IS_DONE(r) (st[r] == PROCESSED || st[r] == CLOSED)
#else
#define IS_DONE(r) (!held[r] && !copied[r] && (st[r] == PROCESSED || st[r] == CLOSED))
#endif

/* FREE: the client uses its arguments for something else */
mtype = { FREE, QUEUED, PROCESSING, ANSWERING, PROCESSED, CLOSED };

mtype st[NREQ];
bool  held[NREQ];                  /* its arguments belong to a receiver, not to its client */
bool  copied[NREQ];                /* memory that its client shares is copied */
bool  inlist[NREQ];
byte  rid[NREQ];                   /* its id; a release notification has none */
byte  call[NREQ];                  /* which call of its client it is: tells requests of one client apart */
byte  rank[NREQ];                  /* its place in the queue, from 1 */
bool  completed[NREQ];
byte  table[NID];                  /* NONE | request + 1 | RESERVED */
byte  gen[NID];                    /* the call that has the id, or that had it and is still worked on */
bool  settled[NREQ];               /* its client may go on */
byte  sleeps[NREQ];                 /* what its client sleeps for */
bool  permit[NREQ];
#define FOR_THE_ANSWER 1
#define TO_LEAVE 2

bool  closed;
byte  length;                      /* of the queue */
bool  mapped = true;               /* QTEE knows the object */
byte  oref = 1;                    /* references on it */
bool  gone;                        /* the last one was dropped */
byte  notified, delivered;         /* release notifications queued, received */
bool  canKill[NC], canDie[NS], earlyClose;
byte  cdone, sdone;
byte  holding[NS];                 /* the call to which the thread owes an answer, 0 = none */

inline complete(r) {
    assert(st[r] != FREE && !completed[r]);                        /* P2 */
    completed[r] = true
}
/* By who has moved the word of r, and saw then whether that made it done. */
inline settle(r, isDone) {
    if :: isDone -> settled[r] = true :: else fi;
#ifndef BUG_NO_UNPARK
    atomic {
        if
        :: sleeps[r] == TO_LEAVE -> permit[r] = true
        :: sleeps[r] != 0 && isDone -> permit[r] = true
        :: else
        fi
    }
#else
    skip
#endif
}
inline append(r) {
    length++; st[r] = QUEUED; settled[r] = false; rank[r] = length; inlist[r] = true; completed[r] = false
}
inline unlink(r) {
    for (x : 0 .. NREQ - 1) { if :: rank[x] > rank[r] -> rank[x]-- :: else fi };
    rank[r] = 0; inlist[r] = false; length--
}
inline enqueue(r, id) {
    id = 0;
    do :: table[id] != NONE -> id++ :: else -> break od;
    assert(id < NID);
    for (x : 0 .. NS - 1) { assert(holding[x] == 0 || gen[id] != holding[x]) }   /* P3 */
    append(r);
    call[r] = 1 + c + NC * k; rid[r] = id; gen[id] = call[r]; table[id] = r + 1
}
inline put_object() {
    assert(oref > 0);
    oref--;
    if
    :: oref == 0 ->
        assert(!gone); gone = true;
        if :: !closed -> notified++; append(REL) :: else fi
    :: else
    fi
}

proctype client(byte c) {
    byte k = 0, id = 0, x = 0; mtype prev = FREE; bool interrupted, refused, left, busy;
    do
    :: k < K && !interrupted ->
#ifdef BUG_ENQ_CHECK_UNLOCKED
        refused = closed;
#endif
        d_step {
            if
            :: !mapped -> refused = true
#ifndef BUG_ENQ_CHECK_UNLOCKED
            :: mapped && closed -> refused = true
#else
            :: mapped && refused
#endif
            :: else -> oref++; enqueue(c, id)
            fi;
            x = 0; id = 0
        };
        if :: refused -> break :: else fi;

        do
        :: settled[c] -> break
        :: else ->
            if
            :: !interrupted ->
#ifdef BUG_SLEEPS_AFTER_THE_LOOK
                busy = !settled[c];
                sleeps[c] = FOR_THE_ANSWER;
#else
                sleeps[c] = FOR_THE_ANSWER;
                busy = !settled[c];
#endif
                if
                :: !busy
                :: atomic { busy && permit[c] -> permit[c] = false }
                :: atomic { busy && canKill[c] -> interrupted = true; canKill[c] = false }
                fi;
                atomic { busy = false; sleeps[c] = 0 }
            :: else ->
#ifdef BUG_UNLOCKED_KILL
                prev = st[c];
#endif
                atomic {
                if                                                  /* waiting for the lock may use up the permit */
                :: permit[c] -> permit[c] = false
                :: true
                fi;
#ifndef BUG_UNLOCKED_KILL
                    prev = st[c];
#endif
                    if
                    :: !WAITS(prev) || !MAY_LEAVE(c)
                    :: else ->
                        left = true;
                        assert(!completed[c]);                      /* P5 */
                        if
                        :: prev == QUEUED -> unlink(c); table[rid[c]] = NONE; gen[rid[c]] = 0; x = 0
#ifdef BUG_FREE_ID
                        :: else -> table[rid[c]] = NONE
#else
                        :: else -> table[rid[c]] = RESERVED
#endif
                        fi
                    fi;
                    prev = FREE
                };
                if :: left -> left = false; break :: else fi;
#ifdef BUG_SLEEPS_AFTER_THE_LOOK
                atomic { busy = !settled[c] && (held[c] || copied[c] || !WAITS(st[c])) };
                sleeps[c] = TO_LEAVE;
#else
                sleeps[c] = TO_LEAVE;
                atomic { busy = !settled[c] && (held[c] || copied[c] || !WAITS(st[c])) };
#endif
                if :: busy -> atomic { permit[c] -> permit[c] = false; busy = false } :: else fi;
                sleeps[c] = 0
            fi
        od;
        skip;                                                       /* no jump into a d_step */
        d_step {
            assert(!inlist[c] && !held[c] && !copied[c] && st[c] != ANSWERING);        /* P10 */
            st[c] = FREE; settled[c] = false; call[c] = 0; rid[c] = 0; permit[c] = false; sleeps[c] = 0;
            busy = false; put_object()
        };
        k++
    :: else -> break
    od;
    atomic { cdone++; canKill[c] = false }
}

/* Whoever holds a request's arguments has them to itself, and they are those of the request it took. */
inline owned(r, mine) {
    assert(held[r] && st[r] != FREE && call[r] == mine)              /* P10 */
}
inline let_go(r) {
    d_step { owned(r, mine); held[r] = false; done = IS_DONE(r) };
    settle(r, done);
    done = false
}

/* An answer is taken over; the id ends when that begins. */
inline take_answered(id, wanted) {
    ok = false;
    if
    :: closed || table[id] == NONE                                  /* ENODEV, EINVAL */
    :: !closed && table[id] == RESERVED ->                          /* nobody waits: EINVAL, and the reservation ends */
#ifndef NO_GEN
        if :: gen[id] == wanted -> table[id] = NONE; gen[id] = 0 :: else fi
#else
        table[id] = NONE
#endif
    :: else ->
        q = table[id] - 1;
        if
#ifndef NO_GEN
        :: gen[id] != wanted
#endif
#ifndef NO_STATE_CHECK
        :: st[q] != PROCESSING
#endif
        :: st[q] == PROCESSING && !MAY_ANSWER(q)
        :: else ->
            assert(call[q] == wanted && st[q] == PROCESSING);        /* P8 */
            assert(!held[q] && !copied[q]);                         /* P10 */
            table[id] = NONE; gen[id] = 0;
            st[q] = ANSWERING; ok = true
        fi
    fi
}
inline send(id) {
    d_step { take_answered(id, mine); holding[s] = 0 };
    if
    :: ok ->
#ifdef BUG_SETTLED_BEFORE_THE_WORD
        settle(q, true);
#endif
        d_step {
            assert(st[q] == ANSWERING && call[q] == mine);           /* P10 */
            complete(q);
            st[q] = PROCESSED; done = IS_DONE(q);
#ifdef BUG_DOUBLE_COMPLETE
            if :: mine == 2 -> complete(q) :: else fi
#endif
        };
        settle(q, done);
        done = false
    :: else
    fi;
    q = 0; ok = false
}

proctype supp(byte s) {
    byte r = 0, id = 0, mine = 0, q = 0, x = 0; bool ok, delivered_all, awaited, done;
    do
    :: canDie[s] && !closed -> break                                /* vanishes idle */
    :: atomic {
        (closed || inlist[0]
#if NC > 1
                || inlist[1]
#endif
                || inlist[REL]) ->
        if
        :: closed -> break                                          /* ENODEV */
        :: else ->
            d_step {
                for (x : 0 .. NREQ - 1) {
                    if
#ifdef BUG_LIFO
                    :: inlist[x] && rank[x] == length -> r = x
#else
                    :: inlist[x] && rank[x] == 1 -> r = x
#endif
                    :: else
                    fi
                };
                assert(inlist[r] && rank[r] == 1);                  /* P4 */
                if
                :: r == REL ->
                    assert(gone && oref == 0);                      /* P7 */
                    delivered++;
#ifndef BUG_REL_TWO_LOCKS
                    unlink(r); st[r] = FREE
#endif
                :: else ->
                    unlink(r); st[r] = PROCESSING; id = rid[r]; mine = call[r]; holding[s] = mine;
                    assert(!held[r]);
                    held[r] = true
                fi;
                x = 0
            }
        fi }
        if
        :: r == REL ->
#ifdef CHECK_REL_OVERLAP
            for (x : 0 .. NS - 1) { assert(holding[x] == 0) };      /* fails: see README.md */
            x = 0;
#endif
#ifdef BUG_REL_TWO_LOCKS
            d_step { assert(inlist[r]); unlink(r); st[r] = FREE; x = 0 }
#else
            skip
#endif
        :: else ->
#ifdef EAGER
            d_step { take_answered(id, mine); q = 0 };
#endif
            if :: delivered_all = true :: delivered_all = false fi; /* an argument may be of no use to the context */
            d_step {
                owned(r, mine);
                if
                :: !delivered_all && MAY_FAIL(r) -> table[id] = NONE; gen[id] = 0; st[r] = ANSWERING
                :: else
                fi;
                awaited = (delivered_all && st[r] == PROCESSING);
                if :: !awaited -> holding[s] = 0 :: else fi
            };
            if
            :: !delivered_all && st[r] == ANSWERING ->
                d_step { owned(r, mine); complete(r); st[r] = PROCESSED; done = IS_DONE(r) };
                settle(r, done);
                done = false
            :: else
            fi;
            let_go(r);
#ifdef COPY
            if
            :: awaited ->
                d_step { if :: !closed && table[id] == r + 1 && st[r] == PROCESSING && !held[r] && !copied[r] ->
                        assert(call[r] == mine); copied[r] = true; ok = true
                    :: else fi };
                if
                :: ok ->
                    d_step {
                        assert(copied[r] && st[r] != FREE && call[r] == mine);         /* P10 */
                        copied[r] = false; done = IS_DONE(r); ok = false
                    };
                    settle(r, done);
                    done = false
                :: else
                fi
            :: else
            fi;
#endif
            if
            :: awaited && canDie[s] ->                              /* the handler vanishes: the watchdog answers */
#ifndef NO_REAP
                send(id);
#endif
                d_step { r = 0; id = 0; mine = 0; delivered_all = false; awaited = false };
                break
            :: awaited ->
                send(id);
#ifdef DUP
                d_step { take_answered(id, mine); assert(!ok); q = 0 };
#endif
                skip
            :: !awaited
            fi
        fi;
#ifdef GUESS
        d_step { take_answered(0, 0); q = 0; ok = false };
#endif
        d_step { r = 0; id = 0; mine = 0; delivered_all = false; awaited = false }
    od;
    atomic { sdone++; canDie[s] = false }
}

proctype qtee() {
    d_step { mapped = false; put_object() }
}

proctype closer() {
    byte x = 0, y = 0; bool owed;
    atomic {
        earlyClose || sdone == NS || (cdone == NC && gone && !inlist[REL]) ->
        closed = true;
        for (x : 0 .. NREQ - 1) {
            if
            :: inlist[x] && x == REL -> st[x] = FREE
            :: else
            fi;
            inlist[x] = false; rank[x] = 0
        };
        length = 0; earlyClose = false;
        for (x : 0 .. NID - 1) {
            if
            :: table[x] == RESERVED ->                              /* P9: somebody still owes the answer */
                owed = false;
                for (y : 0 .. NS - 1) { owed = owed || holding[y] == gen[x] };
                assert(owed);
                table[x] = NONE
            :: table[x] != NONE && table[x] != RESERVED ->
                y = table[x] - 1;
                if
                :: CLOSE_TAKES(y) ->
                    complete(y); st[y] = CLOSED; owed = IS_DONE(y);
                    settle(y, owed);
                    owed = false
                :: else
                fi;
                table[x] = NONE
            :: else
            fi;
            gen[x] = 0
        };
        x = 0; y = 0; owed = false
    }
}

init {
    byte i;
    atomic {
        for (i : 0 .. NREQ - 1) { st[i] = FREE };
        /* Clients are alike, and so are threads: it matters how many may leave, not which. */
        if :: true :: for (i : 0 .. MAX_KILLS - 1) { canKill[i] = true } fi;
        if :: true :: for (i : 0 .. MAX_DEATHS - 1) { canDie[i] = true } fi;
        if :: earlyClose = true :: earlyClose = false fi;
        for (i : 0 .. NC - 1) { run client(i) };
        for (i : 0 .. NS - 1) { run supp(i) };
        run qtee(); run closer(); i = 0
    };
    (cdone == NC && sdone == NS && closed && gone);                 /* P1: a hang is an invalid end state */
    assert(notified <= 1 && delivered <= notified);                 /* P7 */
    d_step {
        for (i : 0 .. NREQ - 1) { assert(!inlist[i] && !held[i] && !copied[i] && st[i] == FREE) };       /* P6 */
        for (i : 0 .. NID - 1) { assert(table[i] == NONE) }
    }
}
