"""The controls of docs/hazards.md, each with the change that takes it out."""

from typing import NamedTuple


class Mutant(NamedTuple):
    """A hazard by its number, and a change of one file after which its control is gone."""

    hazard: int
    file: str
    old: str
    new: str


MUTANTS = (
    Mutant(
        1,
        "bot/outage.py",
        'SAID = {HELP: ("support.unknown", "support.redis-down-tail"), EXIT:',
        "SAID = {EXIT:",
    ),
    Mutant(2, "bot/intake.py", "urgent = self._urgent(update.arrival)", "urgent = False"),
    Mutant(
        3,
        "bot/conversation.py",
        'NO_LIMIT = (*ANSWERS, "error.")',
        "NO_LIMIT = ()",
    ),
    Mutant(
        6,
        "content/helplines.py",
        "return self.lines.get(code)",
        'return self.lines.get(code) or self.lines["US"]',
    ),
    Mutant(7, "content/helplines.py", "OLD_AFTER = 3", "OLD_AFTER = 30"),
    Mutant(
        8,
        "content/helplines.py",
        "return self.dv is not None and self.dv.women_only",
        "return False",
    ),
    Mutant(
        9,
        "content/author/ages.py",
        "elif line.may_have_changed(date.fromisoformat(line.added)):",
        "elif not line.added:",
    ),
    Mutant(
        11, "scheduler/core/flows/lesson.py", "return not safety.are_fresh(turn)", "return False"
    ),
    Mutant(
        12,
        "scheduler/core/flows/safety.py",
        'path = "safe" if judge(given) == "safe" else safety.path',
        "path = safety.path",
    ),
    Mutant(
        13,
        "scheduler/core/flows/safety.py",
        'return "open" if calm else "unasked"',
        'return "open"',
    ),
    Mutant(
        14,
        "scheduler/core/flows/safety.py",
        "    turn.set(talk=None)\n    turn.close",
        "    turn.close",
    ),
    Mutant(16, "scheduler/core/message.py", "if say.veiled:", "if say.veiled and now < 0:"),
    Mutant(17, "scheduler/core/plan.py", "COVER_AFTER = 10 * MINUTE", "COVER_AFTER = 10 * HOUR"),
    Mutant(18, "scheduler/core/discreet.py", "    if typed:", "    if not typed:"),
    Mutant(19, "scheduler/core/flows/leaving.py", "    turn.do(Wipe())\n", ""),
    Mutant(
        20,
        "bot/doorstep.py",
        "return list(range(max(1, first - GUESSED), first))",
        "return [] if first else []",
    ),
    Mutant(
        21,
        "scheduler/core/locked.py",
        "    if not (turn.e.exited and overtaken):",
        "    if turn or overtaken:",
    ),
    Mutant(
        22,
        "scheduler/core/flows/leaving.py",
        "status=Status.PAUSED if paused else turn.e.status",
        "status=turn.e.status if paused else turn.e.status",
    ),
    Mutant(
        23,
        "bot/intake.py",
        "self._watch(self._keep_promise(update))",
        "self._watch(asyncio.sleep(0))",
    ),
    Mutant(
        24,
        "scheduler/core/flows/leaving.py",
        "opens = hmac.compare_digest(turn.e.pin, hashed(turn.e, word))",
        "opens = True",
    ),
    Mutant(25, "bot/api.py", 'NO_PREVIEW = {"is_disabled": True}', "NO_PREVIEW = {}"),
    Mutant(
        26,
        "scheduler/store/lua/put.lua",
        "if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end\n",
        "",
    ),
    Mutant(
        27,
        "scheduler/store/keys.py",
        "return self._rings[0].inbox.seal(raw, _update_name(pid, update_id))",
        "return raw",
    ),
    Mutant(
        28,
        "scheduler/store/crypto.py",
        "return name.encode()",
        'return b""',
    ),
    Mutant(
        29,
        "scheduler/store/lua/open.lua",
        "if not present or present == ARGV[3] then",
        "if true then",
    ),
    Mutant(
        30,
        "scheduler/store/rotation.py",
        "resealed = await self._inbox.reseal(pid)",
        "resealed = 0",
    ),
    Mutant(
        31, "scheduler/store/lua/save.lua", "if rules and rules ~= ARGV[6] then return -2 end", ""
    ),
    Mutant(32, "bot/keyfile.py", "for name in (KEY_FILE, NEXT_FILE):", "for name in (KEY_FILE,):"),
    Mutant(
        33,
        "scheduler/store/lua/erase.lua",
        "redis.call('HINCRBY', KEYS[6], 'erased', 1)\n",
        "",
    ),
    Mutant(
        34,
        "scheduler/store/lua/save.lua",
        "  if operation ~= 'add' then redis.call('HINCRBY', counters, 'erased', 1) end\n",
        "",
    ),
    Mutant(
        35,
        "scheduler/housekeeping.py",
        "now > e.last_active + e.retention * DAY",
        "now > e.last_active + (e.retention + 1) * DAY",
    ),
    Mutant(
        36,
        "scheduler/core/flows/leaving.py",
        '        turn.ask("delete.sure", edit=True)',
        "        turn.do(Erase())",
    ),
    Mutant(37, "bot/export.py", "for raw in held.buried.values()]", "for raw in ()]"),
    Mutant(38, "bot/export.py", "{**whole(e), SECRET: bool(e.pin)}", "whole(e)"),
    Mutant(39, "bot/intake.py", "json.dumps(slim(update.raw))", "json.dumps(update.raw)"),
    Mutant(
        40,
        "bot/intake.py",
        'log.warning("update failed", attempt=attempt, error=type(error).__name__)',
        'log.warning("update failed", attempt=attempt, error=str(error))',
    ),
    Mutant(41, "bot/logs.py", "    _hook_the_last_words()\n\n\ndef", "\n\ndef"),
    Mutant(
        43,
        "bot/webhook.py",
        "if not hmac.compare_digest(given, expected):",
        "if not given and not expected:",
    ),
    Mutant(44, "bot/webhook.py", "if len(body) > MOST_BYTES:", "if len(body) > 9 * MOST_BYTES:"),
    Mutant(
        45,
        "bot/telegram_api.py",
        "if self._crowd.refused(chat, seconds):",
        "if self._crowd.refused(chat, seconds) or True:",
    ),
    Mutant(
        46,
        "bot/intake.py",
        "timeout=0 if under_way > CROWD else self.patience",
        "timeout=self.patience",
    ),
    Mutant(
        47,
        "bot/arrivals.py",
        "    if message.chat.type != ChatType.PRIVATE:\n        return Elsewhere",
        "    if message.chat.type is None:\n        return Elsewhere",
    ),
    Mutant(
        49,
        "bot/app.py",
        "if policies := await answered(evicting(client), settings):",
        "if policies := set[str]():",
    ),
    Mutant(
        51,
        "tests/audit/__main__.py",
        "        if looked_up is None:\n",
        "        if looked_up is None and not pin.name:\n",
    ),
    Mutant(
        53,
        "scheduler/core/decide.py",
        "if heard.level is Level.EXPLICIT:",
        "if heard.level > Level.EXPLICIT:",
    ),
    Mutant(
        54,
        "scheduler/core/flows/notice.py",
        '    turn.say(f"notice.{kinds[0]}")\n    care.support(turn, "")\n',
        '    turn.say(f"notice.{kinds[0]}")\n',
    ),
    Mutant(
        55,
        "scheduler/core/flows/notice.py",
        "        safety.put_the_talk_off(turn)\n",
        "        pass\n",
    ),
    Mutant(56, "scheduler/core/flows/notice.py", "    _keep(turn, event, asked)\n", ""),
    Mutant(
        58,
        "scheduler/core/flows/notice.py",
        '        turn.say("notice.safe-now-no", edit=True)\n        pausing.pause_until(turn, 0)\n',
        '        turn.say("notice.safe-now-no", edit=True)\n',
    ),
    Mutant(
        59,
        "scheduler/core/flows/notice.py",
        '    if not _waits(turn, "notice.safe-now"):\n',
        "    if turn.e:\n",
    ),
    Mutant(
        60,
        "scheduler/core/strangers.py",
        "    if notice.is_alarm(event, world, language):\n        return Greeting(_help())\n",
        "",
    ),
    Mutant(
        61,
        "bot/outage.py",
        "            says = SAID[HELP]\n",
        "            says = SORRY\n",
    ),
    Mutant(
        62,
        "scheduler/core/flows/notice.py",
        "        verdict = _lowered(verdict)\n",
        "        verdict = _lowered(verdict) if not words else verdict\n",
    ),
    Mutant(
        63,
        "content/detector/spelling.py",
        "        for table in _LEET:\n",
        "        for table in _LEET[:0]:\n",
    ),
    Mutant(
        64,
        "content/detector/detector.py",
        '            case "not":\n                return None\n',
        '            case "not":\n                pass\n',
    ),
    Mutant(65, "content/detector/spelling.py", "count=MOST_SPACED", "count=0"),
    Mutant(
        66,
        "bot/telegram_api.py",
        "        if again:\n            call =",
        "        if False:\n            call =",
    ),
    Mutant(
        67,
        "scheduler/core/flows/leaving.py",
        "if turn.e.guesses >= MOST_GUESSES:",
        "if turn.e.guesses < 0:",
    ),
    Mutant(73, "bot/reports.py", "return {**kept,", "return {**event,"),
    Mutant(
        76,
        "bot/chat_actions.py",
        "not (self._has_left(arrival) or self",
        "not (False or self",
    ),
    Mutant(74, "scheduler/store/census.py", "return count - count % STEP", "return count"),
)
