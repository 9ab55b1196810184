/**
 * The commands of Redis that each command sends, by itself or in a script, and cannot do without: what is written into the audit
 * trail among them.
 */

const BEFORE = "ping info";

const ROWS: Readonly<Record<string, string>> = {
  retry:
    "multi exec get type ttl sscan smembers zcard zcount zrange zrevrange zscan zscore hget hmget hgetall llen lindex lrange evalsha eval expire hdel lpush sadd xadd zadd zrem",
  kill: "multi exec get type ttl sscan smembers zcard zcount zrange zrevrange zscan hget hmget hgetall llen lindex lrange evalsha eval expire hdel lrem xadd zadd zrem zremrangebyrank zremrangebyscore",
  delete:
    "multi exec get ttl sscan smembers zcard zcount zrevrange zscan hget hmget hgetall llen lindex lrange expire hdel lrem xadd zrem",
  move: "multi exec get type ttl sscan smembers zcard zcount zrevrange zscan zscore hget hmget hgetall llen lindex lrange evalsha eval expire hdel lpop lpush lrem sadd xadd zadd zrem",
  cancel:
    "multi exec type ttl sscan zcard zrange zrevrange zscan hget hmget hgetall llen lrange evalsha eval expire hsetnx xadd zadd zremrangebyrank",
  pause: "multi exec ttl sscan sismember hmget expire sadd xadd",
  resume: "multi exec ttl sscan sismember expire srem xadd",
  clear: "multi exec ttl sscan llen lindex lrange lpos evalsha eval expire ltrim srem unlink xadd",
  quiet: "multi exec type ttl sscan hmget llen lindex evalsha eval expire lpush xadd",
  stop: "multi exec type ttl sscan hmget llen lindex evalsha eval expire lpush xadd",
  stats: "get sscan smembers zcard hget llen lindex",
  ps: "sscan hmget hgetall",
  queues: "get sscan smembers zcard hget hmget llen lindex",
  queue: "multi exec sscan hmget llen lrange",
  retries: "zcard zrange",
  scheduled: "zcard zrange",
  dead: "zcard zrevrange",
  jobs: "multi exec sscan zcard zrange zrevrange hgetall llen lrange",
  errors: "zcard zrevrange hgetall",
  show: "multi exec sscan zcard zrevrange zscan hmget hgetall llen lrange",
  push: "mget type smembers hget hmget evalsha eval expire hset lpush sadd unlink zadd",
  health: "sscan hmget",
  deploy: "multi exec expire hsetnx set",
  "cron load":
    "multi exec exists type ttl smembers zrange hget hmget hgetall evalsha eval expire hdel hset hsetnx sadd srem unlink xadd zadd",
  "cron list": "smembers hmget hgetall",
  "cron show": "smembers zrange hmget hgetall lrange",
  "cron enable": "multi exec type ttl smembers hmget hgetall evalsha eval expire hdel hset xadd zadd",
  "cron disable": "multi exec type ttl smembers hmget hgetall evalsha eval expire hdel hset xadd",
  "cron run":
    "multi exec exists type ttl smembers zscore hget hmget hgetall evalsha eval expire hdel hset lpush rpop sadd xadd zremrangebyscore",
  "cron delete": "multi exec type ttl smembers hmget hgetall evalsha eval expire hdel srem unlink xadd",
};

/** By the name of the command, with that of its group: `retry`, `cron load`. */
export const NEEDED_RIGHTS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(ROWS).map(([name, row]) => [name, `${BEFORE} ${row}`.split(" ")]),
);
