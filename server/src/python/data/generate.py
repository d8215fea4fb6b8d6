"""Write symbols.txt: the interim table of the standard library, by introspection.

Usage:  generate.py dump > 3.14.json      once per Python version
        generate.py merge 3.11.json 3.14.json ... > symbols.txt     newest last

Introspection knows which names exist but not what a function returns; those few come
from RESULTS below. The format of the table is described in ../symbols.rs.
"""
import builtins
import importlib
import inspect
import json
import keyword
import re
import sys
import types

MODULES = """
abc argparse array ast asyncio atexit base64 bisect builtins bz2 calendar codecs collections collections.abc
concurrent.futures contextlib contextvars copy csv ctypes dataclasses datetime decimal difflib dis email enum
errno faulthandler fnmatch fractions functools gc getpass glob graphlib gzip hashlib heapq hmac html http
http.client http.server importlib importlib.abc importlib.machinery importlib.metadata importlib.util inspect
io ipaddress itertools json keyword linecache locale logging logging.config logging.handlers lzma marshal math
mmap multiprocessing multiprocessing.connection multiprocessing.managers multiprocessing.shared_memory numbers
operator os os.path pathlib pdb pickle pkgutil platform pprint profile cProfile pstats queue random re reprlib
sched secrets select selectors shelve shlex shutil signal socket socketserver sqlite3 ssl stat statistics
string string.templatelib struct subprocess sys tempfile textwrap threading time timeit tomllib traceback
tracemalloc types typing unicodedata unittest unittest.mock urllib urllib.error urllib.parse urllib.request
uuid warnings weakref xml xml.etree xml.etree.ElementTree zipfile zlib zoneinfo annotationlib concurrent
concurrent.interpreters
""".split()

# Factories that the documentation shows as classes, and the class that has their attributes.
AS_CLASSES = {
    "threading.Lock": lambda: type(importlib.import_module("threading").Lock()),
    "threading.RLock": lambda: type(importlib.import_module("threading").RLock()),
}
for _name in "Lock RLock Semaphore BoundedSemaphore Condition Event Barrier".split():
    AS_CLASSES[f"multiprocessing.{_name}"] = (
        lambda n=_name: getattr(importlib.import_module("multiprocessing.synchronize"), n))
for _name in "Queue JoinableQueue SimpleQueue".split():
    AS_CLASSES[f"multiprocessing.{_name}"] = (
        lambda n=_name: getattr(importlib.import_module("multiprocessing.queues"), n))
AS_CLASSES["multiprocessing.Pool"] = lambda: importlib.import_module("multiprocessing.pool").Pool
AS_CLASSES["contextlib.closing"] = lambda: importlib.import_module("contextlib").closing

# Names that introspection calls something else: implementation classes and modules.
ALIASES = {
    "_thread.lock": "threading.Lock",
    "_thread.LockType": "threading.Lock",
    "_thread.allocate_lock": "threading.Lock",
    "_thread.RLock": "threading.RLock",
    "threading.LockType": "threading.Lock",
    "threading._RLock": "threading.RLock",
    "multiprocessing.pool.Pool": "multiprocessing.Pool",
    "multiprocessing.context.Process": "multiprocessing.Process",
    "multiprocessing.process.BaseProcess": "multiprocessing.Process",
    "multiprocessing.pool.ThreadPool": "multiprocessing.pool.ThreadPool",
    "typing.IO": "typing.IO",
}
# A whole module under its public name, where the public one has the attribute.
MODULE_ALIASES = {
    "_abc": "abc", "_asyncio": "asyncio", "_bisect": "bisect", "_bz2": "bz2", "_codecs": "codecs",
    "_collections": "collections", "_collections_abc": "collections.abc", "_contextvars": "contextvars",
    "_csv": "csv", "_ctypes": "ctypes", "_datetime": "datetime", "_decimal": "decimal", "_functools": "functools",
    "_hashlib": "hashlib", "_heapq": "heapq", "_io": "io", "_json": "json", "_lzma": "lzma",
    "_operator": "operator", "_pickle": "pickle", "_pydatetime": "datetime", "_pydecimal": "decimal",
    "_pyio": "io", "_queue": "queue", "_random": "random", "_signal": "signal", "_socket": "socket",
    "_sqlite3": "sqlite3", "_ssl": "ssl", "_struct": "struct", "_thread": "threading", "_tracemalloc": "tracemalloc",
    "_typing": "typing", "_warnings": "warnings", "_weakref": "weakref", "_weakrefset": "weakref",
    "ntpath": "os.path", "posixpath": "os.path", "nt": "os", "posix": "os",
    "concurrent.futures._base": "concurrent.futures", "concurrent.futures.process": "concurrent.futures",
    "concurrent.futures.thread": "concurrent.futures", "multiprocessing.context": "multiprocessing",
    "multiprocessing.queues": "multiprocessing", "multiprocessing.synchronize": "multiprocessing",
    "multiprocessing.process": "multiprocessing",
    "json.decoder": "json", "json.encoder": "json", "importlib._bootstrap": "importlib.machinery",
    "pathlib._local": "pathlib", "ctypes._endian": "ctypes", "re._compiler": "re",
    "sqlite3.dbapi2": "sqlite3", "builtins": "",
}
for _name in ("base_events base_futures coroutines events exceptions futures locks protocols queues runners streams "
              "subprocess taskgroups tasks threads timeouts transports unix_events").split():
    MODULE_ALIASES[f"asyncio.{_name}"] = "asyncio"
for _name in "async_case case loader main result runner signals suite util".split():
    MODULE_ALIASES[f"unittest.{_name}"] = "unittest"

# What calls return (for coroutines: what awaiting them gives) and what attributes hold.
# `list[str]` names the class of the items too.
RESULTS = """
abs =
all bool | any bool | ascii str | bin str | callable bool | chr str | dir list[str] | divmod tuple | format str
globals dict | hasattr bool | hash int | hex str | id int | input str | isinstance bool | issubclass bool
len int | locals dict | oct str | open io.TextIOWrapper | ord int | repr str | sorted list | vars dict
str.capitalize str | str.casefold str | str.center str | str.count int | str.encode bytes | str.endswith bool
str.expandtabs str | str.find int | str.format str | str.format_map str | str.index int | str.isalnum bool
str.isalpha bool | str.isascii bool | str.isdecimal bool | str.isdigit bool | str.isidentifier bool
str.islower bool | str.isnumeric bool | str.isprintable bool | str.isspace bool | str.istitle bool
str.isupper bool | str.join str | str.ljust str | str.lower str | str.lstrip str | str.partition tuple[str]
str.removeprefix str | str.removesuffix str | str.replace str | str.rfind int | str.rindex int | str.rjust str
str.rpartition tuple[str] | str.rsplit list[str] | str.rstrip str | str.split list[str] | str.splitlines list[str]
str.startswith bool | str.strip str | str.swapcase str | str.title str | str.translate str | str.upper str
str.zfill str | str.maketrans dict
bytes.decode str | bytes.hex str | bytes.split list[bytes] | bytes.strip bytes | bytes.replace bytes
bytes.join bytes | bytes.startswith bool | bytes.endswith bool | bytes.find int | bytes.count int
bytes.fromhex bytes | bytes.lower bytes | bytes.upper bytes | bytes.lstrip bytes | bytes.rstrip bytes
bytearray.decode str | bytearray.hex str
int.bit_length int | int.bit_count int | int.to_bytes bytes | int.from_bytes int
float.is_integer bool | float.hex str | float.as_integer_ratio tuple
list.count int | list.index int | list.copy list | tuple.count int | tuple.index int
dict.copy dict | dict.fromkeys dict
set.copy set | set.difference set | set.intersection set | set.union set | set.symmetric_difference set
set.issubset bool | set.issuperset bool | set.isdisjoint bool
frozenset.union frozenset | frozenset.intersection frozenset
memoryview.tobytes bytes | memoryview.cast memoryview
asyncio.all_tasks set[asyncio.Task] | asyncio.create_task asyncio.Task | asyncio.ensure_future asyncio.Future
asyncio.current_task asyncio.Task | asyncio.gather asyncio.Future | asyncio.get_event_loop asyncio.AbstractEventLoop
asyncio.get_running_loop asyncio.AbstractEventLoop | asyncio.new_event_loop asyncio.AbstractEventLoop
asyncio.timeout asyncio.Timeout | asyncio.timeout_at asyncio.Timeout | asyncio.shield asyncio.Future
asyncio.run_coroutine_threadsafe concurrent.futures.Future | asyncio.wrap_future asyncio.Future
asyncio.iscoroutine bool | asyncio.iscoroutinefunction bool | asyncio.isfuture bool
asyncio.create_subprocess_exec asyncio.subprocess.Process | asyncio.create_subprocess_shell asyncio.subprocess.Process
asyncio.start_server asyncio.Server | asyncio.wait tuple
asyncio.AbstractEventLoop.create_task asyncio.Task | asyncio.AbstractEventLoop.create_future asyncio.Future
asyncio.AbstractEventLoop.run_in_executor asyncio.Future | asyncio.AbstractEventLoop.call_soon asyncio.Handle
asyncio.AbstractEventLoop.call_later asyncio.TimerHandle | asyncio.AbstractEventLoop.call_at asyncio.TimerHandle
asyncio.AbstractEventLoop.call_soon_threadsafe asyncio.Handle | asyncio.AbstractEventLoop.time float
asyncio.AbstractEventLoop.is_running bool | asyncio.AbstractEventLoop.is_closed bool
asyncio.TaskGroup.create_task asyncio.Task | asyncio.Runner.get_loop asyncio.AbstractEventLoop
asyncio.Future.done bool | asyncio.Future.cancelled bool | asyncio.Task.cancel bool | asyncio.Future.cancel bool
asyncio.Future.get_loop asyncio.AbstractEventLoop | asyncio.Task.get_name str | asyncio.Task.uncancel int
asyncio.Event.is_set bool | asyncio.Event.wait bool | asyncio.Lock.acquire bool | asyncio.Lock.locked bool
asyncio.Semaphore.acquire bool | asyncio.Semaphore.locked bool
asyncio.Queue.empty bool | asyncio.Queue.full bool | asyncio.Queue.qsize int
asyncio.StreamReader.read bytes | asyncio.StreamReader.readline bytes | asyncio.StreamReader.readexactly bytes
asyncio.StreamReader.readuntil bytes
threading.current_thread threading.Thread | threading.main_thread threading.Thread
threading.enumerate list[threading.Thread] | threading.active_count int | threading.get_ident int
threading.Thread.is_alive bool | threading.Lock.acquire bool | threading.Lock.locked bool
threading.RLock.acquire bool | threading.Event.is_set bool | threading.Event.wait bool
threading.Semaphore.acquire bool | threading.Condition.acquire bool | threading.Condition.wait bool
threading.Barrier.wait int | threading.Thread.name str | threading.Thread.daemon bool | threading.Thread.ident int
queue.Queue.empty bool | queue.Queue.full bool | queue.Queue.qsize int | queue.SimpleQueue.empty bool
queue.SimpleQueue.qsize int
multiprocessing.Manager multiprocessing.managers.SyncManager | multiprocessing.cpu_count int
multiprocessing.Pipe tuple[multiprocessing.connection.Connection]
multiprocessing.current_process multiprocessing.Process | multiprocessing.parent_process multiprocessing.Process
multiprocessing.active_children list[multiprocessing.Process]
multiprocessing.Pool.apply_async multiprocessing.pool.AsyncResult
multiprocessing.Pool.map_async multiprocessing.pool.AsyncResult
multiprocessing.Pool.starmap_async multiprocessing.pool.AsyncResult
multiprocessing.Pool.map list | multiprocessing.Pool.starmap list | multiprocessing.Process.is_alive bool
multiprocessing.managers.SyncManager.Queue queue.Queue | multiprocessing.managers.SyncManager.Lock threading.Lock
multiprocessing.managers.SyncManager.RLock threading.RLock | multiprocessing.managers.SyncManager.Event threading.Event
multiprocessing.Queue.empty bool | multiprocessing.Queue.full bool | multiprocessing.Queue.qsize int
concurrent.futures.Executor.submit concurrent.futures.Future
concurrent.futures.ThreadPoolExecutor.submit concurrent.futures.Future
concurrent.futures.ProcessPoolExecutor.submit concurrent.futures.Future
concurrent.futures.Future.done bool | concurrent.futures.Future.cancel bool
concurrent.futures.Future.cancelled bool | concurrent.futures.Future.running bool
concurrent.futures.as_completed collections.abc.Iterator[concurrent.futures.Future]
gc.collect int | gc.get_count tuple[int] | gc.get_objects list | gc.get_referrers list | gc.get_referents list
gc.get_stats list[dict] | gc.get_threshold tuple[int] | gc.is_tracked bool | gc.isenabled bool | gc.get_freeze_count int
gc.garbage list | gc.callbacks list
weakref.getweakrefcount int | weakref.getweakrefs list | weakref.finalize.detach tuple | weakref.finalize.alive bool
copy.copy = | functools.cmp_to_key =
collections.Counter.most_common list[tuple] | collections.Counter.total int | collections.deque.copy collections.deque
collections.deque.count int | collections.deque.index int | collections.OrderedDict.copy collections.OrderedDict
itertools.tee tuple | json.dumps str
re.compile re.Pattern | re.match re.Match | re.fullmatch re.Match | re.search re.Match | re.sub str | re.subn tuple
re.split list | re.findall list | re.escape str | re.finditer collections.abc.Iterator[re.Match]
re.Pattern.match re.Match | re.Pattern.fullmatch re.Match | re.Pattern.search re.Match | re.Pattern.sub str
re.Pattern.finditer collections.abc.Iterator[re.Match] | re.Pattern.findall list | re.Pattern.split list
re.Match.start int | re.Match.end int | re.Match.span tuple[int] | re.Match.groups tuple | re.Match.groupdict dict
re.Pattern.pattern str | re.Pattern.groups int
sys.getrefcount int | sys.getsizeof int | sys.getrecursionlimit int | sys.getswitchinterval float
sys.intern str | sys.exc_info tuple | sys.getdefaultencoding str | sys.getfilesystemencoding str
sys.stdout io.TextIOWrapper | sys.stderr io.TextIOWrapper | sys.stdin io.TextIOWrapper
sys.modules dict | sys.path list[str] | sys.argv list[str] | sys.version str | sys.platform str
os.getcwd str | os.getpid int | os.getppid int | os.listdir list[str] | os.cpu_count int | os.getenv str
os.urandom bytes | os.fork int | os.read bytes | os.write int | os.access bool | os.stat os.stat_result
os.process_cpu_count int | os.linesep str | os.sep str | os.name str | os.pathsep str
os.path.join str | os.path.abspath str | os.path.basename str | os.path.dirname str | os.path.exists bool
os.path.isfile bool | os.path.isdir bool | os.path.getsize int | os.path.getmtime float | os.path.realpath str
os.path.expanduser str | os.path.normpath str | os.path.relpath str | os.path.split tuple[str]
os.path.splitext tuple[str] | os.path.isabs bool | os.path.islink bool | os.path.expandvars str
time.time float | time.time_ns int | time.monotonic float | time.monotonic_ns int | time.perf_counter float
time.perf_counter_ns int | time.process_time float | time.thread_time float | time.strftime str | time.ctime str
time.asctime str | time.localtime time.struct_time | time.gmtime time.struct_time | time.strptime time.struct_time
time.mktime float
logging.getLogger logging.Logger | logging.getLevelName str | logging.Logger.getChild logging.Logger
logging.Logger.isEnabledFor bool | logging.Logger.name str | logging.Logger.level int
subprocess.run subprocess.CompletedProcess | subprocess.call int | subprocess.check_call int
subprocess.getoutput str | subprocess.getstatusoutput tuple | subprocess.Popen.pid int
subprocess.CompletedProcess.returncode int
socket.create_connection socket.socket | socket.create_server socket.socket | socket.gethostname str
socket.gethostbyname str | socket.socketpair tuple[socket.socket] | socket.SocketType.recv bytes
socket.SocketType.send int | socket.socket.accept tuple | socket.SocketType.fileno int | socket.inet_aton bytes
dataclasses.asdict dict | dataclasses.astuple tuple | dataclasses.fields tuple | dataclasses.is_dataclass bool
pathlib.PurePath.joinpath = | pathlib.PurePath.name str | pathlib.PurePath.stem str | pathlib.PurePath.suffix str
pathlib.PurePath.parts tuple[str] | pathlib.PurePath.as_posix str | pathlib.PurePath.parent = | pathlib.PurePath.with_suffix =
pathlib.PurePath.with_name = | pathlib.PurePath.relative_to =
pathlib.PurePath.is_absolute bool | pathlib.PurePath.match bool | pathlib.PurePath.as_uri str
pathlib.Path.cwd = | pathlib.Path.home = | pathlib.Path.exists bool | pathlib.Path.is_file bool
pathlib.Path.is_dir bool | pathlib.Path.read_text str | pathlib.Path.read_bytes bytes | pathlib.Path.write_text int
pathlib.Path.write_bytes int | pathlib.Path.resolve = | pathlib.Path.absolute = | pathlib.Path.expanduser =
pathlib.Path.stat os.stat_result | pathlib.Path.open io.TextIOWrapper
contextvars.copy_context contextvars.Context | contextvars.ContextVar.set contextvars.Token
contextvars.Context.copy contextvars.Context
tracemalloc.take_snapshot tracemalloc.Snapshot | tracemalloc.get_traced_memory tuple[int]
tracemalloc.is_tracing bool | tracemalloc.get_object_traceback tracemalloc.Traceback
tracemalloc.Snapshot.statistics list[tracemalloc.Statistic]
tracemalloc.Snapshot.compare_to list[tracemalloc.StatisticDiff]
tracemalloc.Snapshot.filter_traces tracemalloc.Snapshot | tracemalloc.get_traceback_limit int
random.random float | random.randint int | random.uniform float | random.randrange int | random.gauss float
random.sample list | random.choices list | random.getrandbits int | random.Random.random float
random.Random.randint int
secrets.token_hex str | secrets.token_bytes bytes | secrets.token_urlsafe str
datetime.datetime.now datetime.datetime | datetime.datetime.utcnow datetime.datetime
datetime.datetime.fromtimestamp datetime.datetime | datetime.datetime.strptime datetime.datetime
datetime.datetime.combine datetime.datetime
datetime.datetime.fromisoformat datetime.datetime | datetime.datetime.replace datetime.datetime
datetime.datetime.astimezone datetime.datetime | datetime.datetime.date datetime.date
datetime.datetime.time datetime.time | datetime.datetime.timestamp float | datetime.datetime.isoformat str
datetime.date.strftime str | datetime.date.today datetime.date | datetime.date.fromisoformat datetime.date
datetime.date.isoformat str | datetime.date.weekday int | datetime.date.replace datetime.date
datetime.timedelta.total_seconds float | datetime.timezone.utc datetime.timezone
io.TextIOWrapper.read str | io.TextIOWrapper.readline str | io.TextIOWrapper.readlines list[str]
io.TextIOWrapper.write int | io.StringIO.getvalue str | io.StringIO.read str | io.BytesIO.getvalue bytes
io.BytesIO.read bytes | io.BufferedReader.read bytes | io.BufferedWriter.write int
io.IOBase.readlines list | io.IOBase.fileno int | io.IOBase.isatty bool | io.IOBase.readable bool
pickle.dumps bytes | marshal.dumps bytes
sqlite3.connect sqlite3.Connection | sqlite3.Connection.cursor sqlite3.Cursor
sqlite3.Connection.execute sqlite3.Cursor | sqlite3.Connection.executemany sqlite3.Cursor
sqlite3.Cursor.execute sqlite3.Cursor | sqlite3.Cursor.fetchall list | sqlite3.Cursor.executemany sqlite3.Cursor
sqlite3.Connection.executescript sqlite3.Cursor
unittest.mock.patch = | unittest.TestLoader.loadTestsFromTestCase unittest.TestSuite
argparse.ArgumentParser.parse_args argparse.Namespace | argparse.ArgumentParser.format_help str
hashlib.md5 hashlib.HASH | hashlib.sha1 hashlib.HASH | hashlib.sha256 hashlib.HASH | hashlib.new hashlib.HASH
hashlib.sha512 hashlib.HASH | hashlib.blake2b =
base64.b64encode bytes | base64.b64decode bytes | base64.urlsafe_b64encode bytes
uuid.uuid1 uuid.UUID | uuid.uuid3 uuid.UUID | uuid.uuid4 uuid.UUID | uuid.uuid5 uuid.UUID | uuid.uuid7 uuid.UUID
urllib.request.urlopen http.client.HTTPResponse | urllib.parse.urlparse urllib.parse.ParseResult
urllib.parse.quote str | urllib.parse.urlencode str | urllib.parse.urljoin str | urllib.parse.unquote str
http.client.HTTPResponse.read bytes
csv.reader = | shutil.which str | shutil.rmtree = | tempfile.mkdtemp str | tempfile.gettempdir str
glob.glob list[str] | inspect.signature inspect.Signature | inspect.getsource str | inspect.iscoroutinefunction bool
inspect.iscoroutine bool | inspect.isfunction bool | inspect.isclass bool | inspect.ismethod bool
inspect.getmembers list[tuple] | inspect.currentframe types.FrameType | importlib.import_module types.ModuleType
math.sqrt float | math.floor int | math.ceil int | math.sin float | math.cos float | math.log float | math.gcd int
math.isclose bool | math.factorial int | math.fsum float | math.isnan bool | math.exp float | math.pow float
math.isqrt int | math.comb int | math.hypot float | math.log2 float | math.log10 float
statistics.mean = | string.ascii_letters str | textwrap.dedent str | traceback.format_exc str
traceback.format_tb list[str] | struct.pack bytes | struct.unpack tuple | struct.calcsize int | timeit.timeit float
timeit.repeat list[float] | shlex.split list[str] | shlex.join str | shlex.quote str | platform.system str
platform.python_version str | platform.python_implementation str | getpass.getpass str | decimal.getcontext decimal.Context
decimal.Decimal.quantize decimal.Decimal | zipfile.ZipFile.namelist list[str]
ast.parse ast.Module | ast.dump str | ast.unparse str | warnings.warn = | pprint.pformat str
selectors.BaseSelector.select list[tuple] | ssl.create_default_context ssl.SSLContext | html.escape str
faulthandler.is_enabled bool | zlib.compress bytes | zlib.crc32 int | gzip.compress bytes | secrets.randbelow int
types.new_class type | enum.Enum.name str | calendar.isleap bool | errno.ENOENT int
"""
# What `with X() as y` binds where it is not the manager itself.
ENTERS = {
    "threading.Lock": "bool", "threading.RLock": "bool", "threading.Condition": "bool", "threading.Semaphore": "bool",
    "multiprocessing.Lock": "bool", "multiprocessing.RLock": "bool", "multiprocessing.Semaphore": "bool",
    "multiprocessing.Condition": "bool", "asyncio.Lock": "None", "asyncio.Semaphore": "None",
    "asyncio.Condition": "None", "contextlib.suppress": "None", "contextlib.closing": "?",
    "contextlib.nullcontext": "?", "contextlib.aclosing": "?", "contextlib.redirect_stdout": "?",
    "contextlib.redirect_stderr": "?", "contextlib.chdir": "None", "tempfile.TemporaryDirectory": "str",
    "warnings.catch_warnings": "?", "contextlib.AbstractContextManager": "?", "contextlib.ContextDecorator": "?",
    "contextlib.AbstractAsyncContextManager": "?", "tempfile.SpooledTemporaryFile": "self",
}


# What the documentation names although introspection does not show it: private functions of sys, a name that appears with
# the first unhandled exception, two exceptions whose modules are otherwise private, and a package's functions.
ALSO = """
concurrent.futures.process m
concurrent.futures.process.BrokenProcessPool c concurrent.futures.BrokenExecutor
concurrent.futures.thread m
concurrent.futures.thread.BrokenThreadPool c concurrent.futures.BrokenExecutor
sys._current_exceptions f dict
sys._current_frames f dict
sys._debugmallocstats f
sys._getframe f types.FrameType
sys._is_gil_enabled f bool
sys._is_immortal f bool
sys._is_interned f bool
sys.last_exc d
importlib.resources m
importlib.resources.as_file f
importlib.resources.files f
importlib.resources.read_binary f bytes
importlib.resources.read_text f str
""".strip().splitlines()

# Names that another one points to only since some version: the well-known one stays.
PREFERRED = {
    "re.match", "getpass.getpass", "selectors.DefaultSelector", "os.path.join", "threading.Thread",
    "weakref.ref", "types.FunctionType", "types.BuiltinFunctionType", "xml.etree.ElementTree.fromstring", "open",
    "urllib.request.getproxies", "asyncio.SelectorEventLoop", "multiprocessing.pool.AsyncResult", "bisect.bisect",
    "bisect.insort", "ctypes.c_int32", "ctypes.c_int64", "ctypes.c_size_t", "ctypes.c_int",
}


def public(name):
    return not name.startswith("_")


def results():
    table = {}
    for entry in RESULTS.replace("\n", " | ").split("|"):
        words = entry.split()
        if len(words) == 2:
            table[words[0]] = words[1]
    return table


def dump():
    modules = {}
    for name in MODULES:
        try:
            modules[name] = importlib.import_module(name)
        except ImportError:
            pass
    for name in ("multiprocessing.pool", "asyncio.subprocess"):
        modules[name] = importlib.import_module(name)
    found = {}  # id of object -> names it is found by
    keep = {}
    for module_name, module in modules.items():
        prefix = "" if module_name == "builtins" else module_name + "."
        exported = set(getattr(module, "__all__", ()))
        for attr in dir(module):
            if not public(attr) and attr not in exported or keyword.iskeyword(attr):
                continue
            value = getattr(module, attr, None)
            full = prefix + attr
            if full in AS_CLASSES:
                value = AS_CLASSES[full]()
            elif isinstance(value, types.ModuleType):
                continue
            elif exported and attr not in exported and getattr(value, "__module__", module_name) != module_name:
                continue
            keep[full] = value
            if isinstance(value, type) or callable(value) and hasattr(value, "__name__"):
                found.setdefault(id(value), []).append(full)
    if "hashlib.sha256" in keep:
        keep["hashlib.HASH"] = type(keep["hashlib.sha256"]())
        found[id(keep["hashlib.HASH"])] = ["hashlib.HASH"]

    def home(value):
        module = getattr(value, "__module__", None) or ""
        return MODULE_ALIASES.get(module, module)

    def best(value):
        names = found.get(id(value))
        if not names:
            return None
        home_name = home(value)
        own = getattr(value, "__name__", "")

        def key(name):
            module, _, attr = name.rpartition(".")
            return (name not in PREFERRED, "." in name, name not in AS_CLASSES, attr != own, module != home_name,
                    not home_name.startswith(module or " "), name.count("."), len(name), name)
        return min(names, key=key)

    lines = {}
    aliases = {}
    for name in modules:
        lines[name] = "m"
    lines["unittest.mock"] = "m"
    for full, value in keep.items():
        canonical = best(value) or full
        if full in AS_CLASSES:
            canonical = full
        if canonical != full:
            aliases[full] = canonical
            continue
        if isinstance(value, type):
            source_module = getattr(value, "__module__", "")
            implementation = f"{source_module}.{value.__qualname__}"
            if source_module != "builtins" and implementation != full and source_module in sys.modules:
                aliases[implementation] = full
            add_class(lines, full, value, best)
        elif isinstance(value, types.GenericAlias) or hasattr(value, "__origin__") and isinstance(value.__origin__, type):
            origin = best(value.__origin__)
            lines[full] = f"g {origin}" if origin else "d"
        elif inspect.iscoroutinefunction(value):
            lines[full] = "a"
            implement(aliases, full, value)
        elif callable(value):
            lines[full] = "f"
            implement(aliases, full, value)
        else:
            kind = best(type(value))
            lines[full] = f"d {kind}" if kind and kind != "NoneType" else "d"
    add_class(lines, "multiprocessing.pool.AsyncResult", modules["multiprocessing.pool"].AsyncResult, best)
    add_class(lines, "multiprocessing.pool.ThreadPool", modules["multiprocessing.pool"].ThreadPool, best)
    add_class(lines, "asyncio.subprocess.Process", modules["asyncio.subprocess"].Process, best)
    json.dump({"lines": lines, "aliases": aliases}, sys.stdout, indent=0, sort_keys=True)


def implement(aliases, full, value):
    module = getattr(value, "__module__", None)
    name = getattr(value, "__qualname__", None)
    if module and name and module != "builtins" and f"{module}.{name}" != full and name.isidentifier():
        aliases.setdefault(f"{module}.{name}", full)


def add_class(lines, full, cls, best):
    bases = []
    inherited = set()
    own = dict(vars(cls))
    for base in cls.__mro__[1:]:
        name = best(base)
        if name == full:
            continue
        if name and base is not object and base not in inherited:
            bases.append(name)
            inherited.update(base.__mro__)
        elif base not in inherited and base is not object and base.__module__ != "typing":
            # A private base: its attributes count as the class's own.
            for attr, value in vars(base).items():
                own.setdefault(attr, value)
    flags = ""
    if full in ENTERS:
        flags = f" with:{ENTERS[full]}"
    elif hasattr(cls, "__enter__") or hasattr(cls, "__aenter__"):
        flags = " with:self"
    lines[full] = "c" + (" " + ",".join(bases) if bases else "") + flags
    try:
        source = inspect.getsource(cls)
    except (OSError, TypeError):
        source = ""
    for attr in re.findall(r"\bself\.([a-z]\w*)\s*(?::[^=\n]+)?=[^=]", source):
        own.setdefault(attr, None)
    for attr in getattr(cls, "__slots__", None) or ():
        own.setdefault(attr, None)
    for attr, value in own.items():
        if not public(attr) or not attr.isidentifier() or keyword.iskeyword(attr):
            continue
        key = f"{full}.{attr}"
        if isinstance(value, (staticmethod, classmethod)):
            value = value.__func__
        if isinstance(value, type):
            lines[key] = "f" if best(value) else "d"
        elif inspect.iscoroutinefunction(value):
            lines[key] = "a"
        elif callable(value) or isinstance(value, types.ClassMethodDescriptorType):
            lines[key] = "f"
        else:
            lines[key] = "p"


def merge(paths):
    lines, aliases = {}, {}
    for path in paths:
        with open(path) as file:
            data = json.load(file)
        for key, value in data["lines"].items():
            # A name can become a class, or lose its type, from one version to the next: the newest counts.
            lines[key] = value
            aliases.pop(key, None)
        for key, value in data["aliases"].items():
            aliases[key] = value
            for name in [name for name in lines if name == key or name.startswith(key + ".")]:
                del lines[name]
    aliases.update({key: value for key, value in ALIASES.items() if key != value})
    for key, value in results().items():
        if value == "=":
            owner = key.rpartition(".")[0]
            if key in lines and lines.get(owner, "").startswith("c"):
                lines[key] = f"{lines[key][0]} self"
        elif key in lines:
            kind = lines[key][0]
            if kind in "fapd":
                lines[key] = f"{kind} {value}"
        else:
            print("no such name:", key, file=sys.stderr)
    for key, value in list(aliases.items()):
        owner, _, attr = key.rpartition(".")
        if value not in lines:
            del aliases[key]
        elif MODULE_ALIASES.get(owner) is not None and f"{MODULE_ALIASES[owner]}.{attr}".lstrip(".") == value:
            del aliases[key]
    for key, value in MODULE_ALIASES.items():
        if value:
            aliases[key + ".*"] = value + ".*"
    lines.update(line.split(" ", 1) for line in ALSO)
    table = {**lines, **{key: f"= {value}" for key, value in aliases.items()}}
    for key in sorted(table, key=lambda key: key.encode()):
        if key.isascii():
            print(f"{key} {table[key]}")


if __name__ == "__main__":
    if sys.argv[1] == "dump":
        dump()
    else:
        merge(sys.argv[2:])
